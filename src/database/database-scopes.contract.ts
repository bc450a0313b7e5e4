import { type Transaction, userScope } from './database.ts';
import type { ContractTable } from './testing/contract-table.ts';

const [ANN, BOB] = [userScope('ann'), userScope('bob')];

/** The guarantees of scopes: order and visibility within one, and independence from the others. */
export function describeScopes(fixture: ContractTable): void {
  describe('units of work of one scope', () => {
    it('run one after another, in the order of the calls', async () => {
      const events: string[] = [];
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          fixture.write(
            async (tx) => {
              events.push(`begin ${n}`);
              await fixture.insertIn(tx, `r${n}`);
              events.push(`end ${n}`);
            },
            [ANN],
          ),
        ),
      );
      expect(events).toEqual(Array.from({ length: 20 }, (_, n) => [`begin ${n}`, `end ${n}`]).flat());
    });

    it('see everything that earlier ones committed: reading and then writing loses nothing', async () => {
      await fixture.insert('counter', 0);
      await Promise.all(
        Array.from({ length: 60 }, () =>
          fixture.write(
            async (tx) => {
              const n = await read(tx, fixture.table);
              await tx.run(`UPDATE ${fixture.table} SET n = $1 WHERE id = 'counter'`, [n + 1]);
            },
            [ANN],
          ),
        ),
      );
      expect(await fixture.database.query(`SELECT n FROM ${fixture.table}`)).toEqual([{ n: 60 }]);
    });

    it('continue after one that threw', async () => {
      const failed = fixture.write(async () => {
        throw new Error('no');
      }, [ANN]);
      const next = fixture.write((tx) => fixture.insertIn(tx, 'next'), [ANN]);
      await expect(failed).rejects.toThrow('no');
      await next;
      expect(await fixture.ids()).toEqual(['next']);
    });
  });

  it('units of work with several scopes never deadlock', async () => {
    await fixture.insert('counter', 0);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        fixture.write(
          async (tx) => {
            const n = await read(tx, fixture.table);
            await tx.run(`UPDATE ${fixture.table} SET n = $1 WHERE id = 'counter'`, [n + 1]);
          },
          index % 2 === 0 ? [ANN, BOB] : [BOB, ANN],
        ),
      ),
    );
    expect(await fixture.database.query(`SELECT n FROM ${fixture.table}`)).toEqual([{ n: 40 }]);
  });

  it('a unit of work refuses to wait for another write', async () => {
    const nested = fixture.write(() => fixture.run('SELECT 1'), [ANN]);
    await expect(nested).rejects.toThrow('tx');
    expect(await fixture.ids()).toEqual([]);
  });
}

async function read(tx: Transaction, table: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(`SELECT n FROM ${table} WHERE id = 'counter'`);
  return row?.n ?? 0;
}
