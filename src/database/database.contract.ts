import { useContractRows } from './testing/rows.ts';
import type { DatabaseUnderTest } from './testing/rows.ts';
import { DatabaseUnavailableError } from './database.ts';
import { describeValues } from './database-values.contract.ts';
import { describeWrites } from './database-writes.contract.ts';

/**
 * What every engine must do, whatever it is made of. `make` gives an open database with the program's migrations applied,
 * of its own each time; the suite makes and drops tables `contract_*`.
 */
export function describeDatabase(name: string, make: () => Promise<DatabaseUnderTest>): void {
  describe(`${name} as a Database`, () => {
    const on = useContractRows(make);

    describeValues(on);
    describeWrites(on);

    describe('reads', () => {
      it('do not see what is not committed, and do not wait for it', async () => {
        const written = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const write = on.database.write(async (tx) => {
          await on.add(tx, 'late');
          written.resolve();
          await release.promise;
        });
        await written.promise;
        expect(await on.ids()).toEqual([]);
        release.resolve();
        await write;
        expect(await on.ids()).toEqual(['late']);
      });

      it('see a write as soon as it is acknowledged', async () => {
        for (let n = 0; n < 30; n++) {
          await on.insert(`r${n}`, n);
          expect(await on.database.query(`SELECT n FROM ${on.table} WHERE id = $1`, [`r${n}`])).toEqual([
            { n },
          ]);
        }
      });

      it('see all of a transaction or nothing of it', async () => {
        await on.run(`INSERT INTO ${on.table} (id, n) VALUES ('from', 100), ('to', 0)`);
        const sums: unknown[] = [];
        const transfers = Array.from({ length: 20 }, () =>
          on.database.write(async (tx) => {
            await tx.run(`UPDATE ${on.table} SET n = n - 5 WHERE id = 'from'`);
            await tx.run(`UPDATE ${on.table} SET n = n + 5 WHERE id = 'to'`);
          }),
        );
        const done = Promise.all(transfers);
        for (let read = 0; read < 20; read++) {
          sums.push(...(await on.database.query(`SELECT CAST(sum(n) AS BIGINT) AS sum FROM ${on.table}`)));
        }
        await done;
        expect(new Set(sums.map((row) => JSON.stringify(row)))).toEqual(new Set(['{"sum":100}']));
      });

      it('run at the same time in any number', async () => {
        await on.insert('a', 7);
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, n) =>
            on.database.query(`SELECT n + $1 AS n FROM ${on.table}`, [n]),
          ),
        );
        expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => [{ n: n + 7 }]));
      });

      it('go on after one that failed', async () => {
        const failures = Array.from({ length: 50 }, () => on.database.query('SELECT nothing FROM nowhere'));
        expect((await Promise.allSettled(failures)).every(({ status }) => status === 'rejected')).toBe(true);
        expect(await on.ids()).toEqual([]);
      });

      it('change nothing', async () => {
        await on.insert('a');
        await expect(on.database.query(`DELETE FROM ${on.table}`)).rejects.toThrow();
        await expect(on.database.query(`DELETE FROM ${on.table} RETURNING id`)).rejects.toThrow();
        await expect(on.database.query(`UPDATE ${on.table} SET n = 1`)).rejects.toThrow();
        await expect(on.database.query(`DROP TABLE ${on.table}`)).rejects.toThrow();
        expect(await on.database.query(`SELECT id, n FROM ${on.table}`)).toEqual([{ id: 'a', n: 0 }]);
      });

      it('take one statement at a time', async () => {
        await expect(on.database.query(`SELECT 1 AS a; DELETE FROM ${on.table}`)).rejects.toThrow();
      });
    });

    describe('a ping', () => {
      it('is answered, also while reads and writes run', async () => {
        await on.database.ping();
        await Promise.all([on.insert('a'), on.ids(), on.database.ping()]);
      });
    });

    it('after it is closed, is unavailable', async () => {
      const other = await make();
      const late = other.database.write((tx) => tx.run('SELECT 1'));
      await other.close();
      await late;
      await expect(other.database.query('SELECT 1 AS n')).rejects.toThrow(DatabaseUnavailableError);
      await expect(other.database.write((tx) => tx.run('SELECT 1'))).rejects.toThrow(
        DatabaseUnavailableError,
      );
      await expect(other.database.ping()).rejects.toThrow(DatabaseUnavailableError);
      await other.close();
    });
  });
}
