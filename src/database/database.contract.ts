import { useContractTable } from './testing/contract-table.ts';
import type { DatabaseUnderTest } from './testing/contract-table.ts';
import { DatabaseUnavailableError } from './database.ts';
import { describeValues } from './database-values.contract.ts';
import { describeScopes } from './database-scopes.contract.ts';
import { describeWrites } from './database-writes.contract.ts';

/**
 * The contract suite that every engine must pass. It creates and drops tables named `contract_*`.
 * @param make returns a new open database, with the program's migrations applied, for each call
 */
export function describeDatabase(name: string, make: () => Promise<DatabaseUnderTest>): void {
  describe(`${name} as a Database`, () => {
    const fixture = useContractTable(make);

    describeValues(fixture);
    describeWrites(fixture);
    describeScopes(fixture);

    describe('reads', () => {
      it('do not see uncommitted changes, and do not wait for them', async () => {
        const written = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const write = fixture.write(async (tx) => {
          await fixture.insertIn(tx, 'late');
          written.resolve();
          await release.promise;
        });
        await written.promise;
        expect(await fixture.ids()).toEqual([]);
        release.resolve();
        await write;
        expect(await fixture.ids()).toEqual(['late']);
      });

      it('see a write as soon as it is acknowledged', async () => {
        for (let n = 0; n < 30; n++) {
          await fixture.insert(`r${n}`, n);
          expect(
            await fixture.database.query(`SELECT n FROM ${fixture.table} WHERE id = $1`, [`r${n}`]),
          ).toEqual([{ n }]);
        }
      });

      it('see all changes of a transaction or none', async () => {
        await fixture.run(`INSERT INTO ${fixture.table} (id, n) VALUES ('from', 100), ('to', 0)`);
        const sums: unknown[] = [];
        const transfers = Array.from({ length: 20 }, () =>
          fixture.write(async (tx) => {
            await tx.run(`UPDATE ${fixture.table} SET n = n - 5 WHERE id = 'from'`);
            await tx.run(`UPDATE ${fixture.table} SET n = n + 5 WHERE id = 'to'`);
          }),
        );
        const done = Promise.all(transfers);
        for (let read = 0; read < 20; read++) {
          sums.push(
            ...(await fixture.database.query(`SELECT CAST(sum(n) AS BIGINT) AS sum FROM ${fixture.table}`)),
          );
        }
        await done;
        expect(new Set(sums.map((row) => JSON.stringify(row)))).toEqual(new Set(['{"sum":100}']));
      });

      it('run concurrently in any number', async () => {
        await fixture.insert('a', 7);
        const results = await Promise.all(
          Array.from({ length: 200 }, (_, n) =>
            fixture.database.query(`SELECT n + $1 AS n FROM ${fixture.table}`, [n]),
          ),
        );
        expect(results).toEqual(Array.from({ length: 200 }, (_, n) => [{ n: n + 7 }]));
      });

      it('still work after others failed', async () => {
        const failures = Array.from({ length: 50 }, () =>
          fixture.database.query('SELECT nothing FROM nowhere'),
        );
        expect((await Promise.allSettled(failures)).every(({ status }) => status === 'rejected')).toBe(true);
        expect(await fixture.ids()).toEqual([]);
      });

      it('cannot change anything', async () => {
        await fixture.insert('a');
        await expect(fixture.database.query(`DELETE FROM ${fixture.table}`)).rejects.toThrow();
        await expect(fixture.database.query(`DELETE FROM ${fixture.table} RETURNING id`)).rejects.toThrow();
        await expect(fixture.database.query(`UPDATE ${fixture.table} SET n = 1`)).rejects.toThrow();
        await expect(fixture.database.query(`DROP TABLE ${fixture.table}`)).rejects.toThrow();
        expect(await fixture.database.query(`SELECT id, n FROM ${fixture.table}`)).toEqual([
          { id: 'a', n: 0 },
        ]);
      });

      it('accept only one statement per call', async () => {
        await expect(fixture.database.query(`SELECT 1 AS a; DELETE FROM ${fixture.table}`)).rejects.toThrow();
      });
    });

    describe('a ping', () => {
      it('resolves, even while reads and writes run', async () => {
        await fixture.database.ping();
        await Promise.all([fixture.insert('a'), fixture.ids(), fixture.database.ping()]);
      });
    });

    it('is unavailable after it is closed', async () => {
      const other = await make();
      const late = other.database.write([], (tx) => tx.run('SELECT 1'));
      await other.close();
      await late;
      await expect(other.database.query('SELECT 1 AS n')).rejects.toThrow(DatabaseUnavailableError);
      await expect(other.database.write([], (tx) => tx.run('SELECT 1'))).rejects.toThrow(
        DatabaseUnavailableError,
      );
      await expect(other.database.ping()).rejects.toThrow(DatabaseUnavailableError);
      await other.close();
    });
  });
}
