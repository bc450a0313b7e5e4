import type { ContractTable } from './testing/contract-table.ts';
import { type Scope, type Transaction, UniqueViolationError, userScope } from './database.ts';

class Refused extends Error {}

/** Transactions are atomic and isolated, and cannot violate a key. */
export function describeWrites(fixture: ContractTable): void {
  describe('writes', () => {
    it('return the value that the work returned', async () => {
      const returned = await fixture.write(async (tx) => {
        await fixture.insertIn(tx, 'a');
        return { id: 'a' };
      });
      expect(returned).toEqual({ id: 'a' });
    });

    it('count the rows that they insert, change and delete', async () => {
      expect(
        await fixture.run(`INSERT INTO ${fixture.table} (id, n) VALUES ('a', 1), ('b', 2), ('c', 3)`),
      ).toBe(3);
      expect(await fixture.run(`UPDATE ${fixture.table} SET n = 0 WHERE n > $1`, [1])).toBe(2);
      expect(await fixture.run(`UPDATE ${fixture.table} SET n = 0 WHERE n > $1`, [1])).toBe(0);
      expect(
        await fixture.run(`INSERT INTO ${fixture.table} (id) VALUES ('a') ON CONFLICT (id) DO NOTHING`),
      ).toBe(0);
      expect(await fixture.run(`DELETE FROM ${fixture.table} WHERE n = $1 RETURNING id`, [0])).toBe(2);
      expect(await fixture.run(`DELETE FROM ${fixture.table}`)).toBe(1);
    });

    it('return the rows of RETURNING', async () => {
      await fixture.insert('a', 1);
      const [inserted, updated, none] = await fixture.write(async (tx) => [
        await tx.query(`INSERT INTO ${fixture.table} (id, n) VALUES ($1, $2) RETURNING id, n`, ['b', 2]),
        await tx.query(`UPDATE ${fixture.table} SET n = n + 10 RETURNING id, n`),
        await tx.query(`DELETE FROM ${fixture.table} WHERE id = 'missing' RETURNING id`),
      ]);
      expect(inserted).toEqual([{ id: 'b', n: 2 }]);
      expect(updated?.toSorted((x, y) => Number(x['n']) - Number(y['n']))).toEqual([
        { id: 'a', n: 11 },
        { id: 'b', n: 12 },
      ]);
      expect(none).toEqual([]);
    });

    it('insert or update by a key', async () => {
      const upsert = `INSERT INTO ${fixture.table} (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n`;
      expect(await fixture.run(upsert, ['a', 1])).toBe(1);
      expect(await fixture.run(upsert, ['a', 2])).toBe(1);
      expect(await fixture.database.query(`SELECT id, n FROM ${fixture.table}`)).toEqual([{ id: 'a', n: 2 }]);
    });

    it('see their own statements', async () => {
      const seen = await fixture.write(async (tx) => {
        await fixture.insertIn(tx, 'a');
        return tx.query(`SELECT id FROM ${fixture.table}`);
      });
      expect(seen).toEqual([{ id: 'a' }]);
    });

    it('may start statements concurrently', async () => {
      await fixture.write((tx) => Promise.all(['a', 'b', 'c'].map((id) => fixture.insertIn(tx, id))));
      expect(await fixture.ids()).toEqual(['a', 'b', 'c']);
    });

    it('roll back work that throws, and reject with its error', async () => {
      const refused = new Refused('over quota');
      const work = fixture.write(async (tx) => {
        await fixture.insertIn(tx, 'a');
        await fixture.insertIn(tx, 'b');
        throw refused;
      });
      await expect(work).rejects.toBe(refused);
      expect(await fixture.ids()).toEqual([]);
    });

    it('roll back work with a failed statement, even if it caught the error', async () => {
      const work = fixture.write(async (tx) => {
        await fixture.insertIn(tx, 'a');
        await fixture.insertIn(tx, 'a').catch(() => undefined);
        return 'done';
      });
      await expect(work).rejects.toThrow(UniqueViolationError);
      expect(await fixture.ids()).toEqual([]);
    });

    it('reject with the error that the work threw after it caught a failed statement', async () => {
      await fixture.insert('a');
      const work = fixture.write(async (tx) => {
        await fixture.insertIn(tx, 'b');
        await fixture.insertIn(tx, 'a').catch((error: unknown) => {
          expect(error).toBeInstanceOf(UniqueViolationError);
          throw new Refused('already known');
        });
      });
      await expect(work).rejects.toThrow(Refused);
      expect(await fixture.ids()).toEqual(['a']);
    });

    it('refuse statements that would end the transaction', async () => {
      for (const sql of ['COMMIT', 'ROLLBACK', 'BEGIN']) {
        const work = fixture.write(async (tx) => {
          await fixture.insertIn(tx, 'a');
          await tx.run(sql);
        });
        await expect(work).rejects.toThrow();
      }
      expect(await fixture.ids()).toEqual([]);
    });

    it('refuse a statement after the work has ended', async () => {
      let leaked: Transaction | undefined;
      await fixture.write(async (tx) => {
        leaked = tx;
        await fixture.insertIn(tx, 'a');
      });
      await expect(leaked?.run(`DELETE FROM ${fixture.table}`)).rejects.toThrow('ended');
      await expect(leaked?.query(`SELECT id FROM ${fixture.table}`)).rejects.toThrow('ended');
      expect(await fixture.ids()).toEqual(['a']);
    });
  });

  describe.each<[string, (n: number) => Scope[]]>([
    ['of the same scope', () => [userScope('one')]],
    ['of different scopes', (n) => [userScope(`user ${n}`)]],
    ['of overlapping scopes', (n) => [userScope(`user ${n % 7}`), userScope(`user ${n % 3}`)]],
    ['without a scope', () => []],
  ])('concurrent writes %s', (_scopes, scopesOf) => {
    it('do not fail when others do', async () => {
      await fixture.insert('taken');
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, n) =>
          fixture.write(async (tx) => {
            await fixture.insertIn(tx, `r${String(n).padStart(2, '0')}`);
            if (n % 10 === 3) await fixture.insertIn(tx, 'taken');
            if (n % 10 === 5) throw new Refused('no');
            if (n % 10 === 7) await tx.run('SELECT nothing FROM nowhere');
            return n;
          }, scopesOf(n)),
        ),
      );
      const good = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const expected = Array.from({ length: 60 }, (_, n) => n).filter((n) => ![3, 5, 7].includes(n % 10));
      expect(good).toEqual(expected);
      expect(await fixture.ids()).toEqual([
        ...expected.map((n) => `r${String(n).padStart(2, '0')}`),
        'taken',
      ]);
      outcomes.forEach((outcome, n) => {
        if (outcome.status === 'fulfilled') return;
        if (n % 10 === 3) expect(outcome.reason).toBeInstanceOf(UniqueViolationError);
        if (n % 10 === 5) expect(outcome.reason).toBeInstanceOf(Refused);
        if (n % 10 === 7) expect(outcome.reason).not.toBeInstanceOf(UniqueViolationError);
      });
    });

    it('never exceed a quota enforced by a conditional UPDATE', async () => {
      await fixture.insert('quota', 0);
      const changed = await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          fixture.run(
            `UPDATE ${fixture.table} SET n = n + 7 WHERE id = 'quota' AND n + 7 <= 500`,
            [],
            scopesOf(n),
          ),
        ),
      );
      expect(changed.filter((rows) => rows === 1)).toHaveLength(71);
      expect(await fixture.database.query(`SELECT n FROM ${fixture.table}`)).toEqual([{ n: 497 }]);
    });

    it('never exceed a quota when transactions throw because it is full', async () => {
      await fixture.insert('quota', 0);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 100 }, (_, n) =>
          fixture.write(async (tx) => {
            await fixture.insertIn(tx, `row${n}`);
            const rows = await tx.run(
              `UPDATE ${fixture.table} SET n = n + 7 WHERE id = 'quota' AND n + 7 <= 100`,
            );
            if (rows === 0) throw new Refused('full');
          }, scopesOf(n)),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(14);
      expect(
        await fixture.database.query(`SELECT count(*) AS rows, max(n) AS n FROM ${fixture.table}`),
      ).toEqual([{ rows: 15, n: 98 }]);
    });

    it('let exactly one of several inserts of the same key succeed', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) =>
          fixture.run(
            `INSERT INTO ${fixture.table} (id, owner, slug) VALUES ($1, 'ann', 'same')`,
            [`r${n}`],
            scopesOf(n),
          ),
        ),
      );
      const lost = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(lost).toHaveLength(19);
      expect(lost.every((error) => error instanceof UniqueViolationError)).toBe(true);
      expect(await fixture.ids()).toHaveLength(1);
    });

    it('lose no increments', async () => {
      await fixture.insert('counter', 0);
      await Promise.all(
        Array.from({ length: 150 }, (_, n) =>
          fixture.run(`UPDATE ${fixture.table} SET n = n + 1 WHERE id = 'counter'`, [], scopesOf(n)),
        ),
      );
      expect(await fixture.database.query(`SELECT n FROM ${fixture.table}`)).toEqual([{ n: 150 }]);
    });
  });

  describe('keys', () => {
    it('refuse a second row with the same PRIMARY KEY or UNIQUE columns', async () => {
      await fixture.insertOwned('a', 'ann', 'cat');
      await expect(fixture.insertOwned('a', 'ann', 'dog')).rejects.toThrow(UniqueViolationError);
      await expect(fixture.insertOwned('b', 'ann', 'cat')).rejects.toThrow(UniqueViolationError);
      await expect(fixture.run(`INSERT INTO ${fixture.table} (id) VALUES ('c'), ('c')`)).rejects.toThrow(
        UniqueViolationError,
      );
      await fixture.insertOwned('b', 'bob', 'cat');
      await expect(fixture.run(`UPDATE ${fixture.table} SET owner = 'ann' WHERE id = 'b'`)).rejects.toThrow(
        UniqueViolationError,
      );
      expect(await fixture.ids()).toEqual(['a', 'b']);
    });

    it('are not violated by nulls, and other constraints throw another error', async () => {
      await fixture.insertOwned('a', 'ann', null);
      await fixture.insertOwned('b', 'ann', null);
      expect(await fixture.ids()).toEqual(['a', 'b']);
      const nameless = fixture.run(`INSERT INTO ${fixture.table} (id) VALUES ($1)`, [null]);
      await expect(nameless).rejects.toThrow();
      await expect(nameless).rejects.not.toBeInstanceOf(UniqueViolationError);
    });

    it('do not reveal the values in the error message', async () => {
      await fixture.insertOwned('a', 'ann@example.org', 'secret');
      const error = await fixture
        .insertOwned('b', 'ann@example.org', 'secret')
        .catch((caught: unknown) => caught);
      expect(String(error)).not.toMatch(/ann@example|secret/);
    });

    it.each<[string, (ids: () => string) => Promise<unknown>]>([
      [
        'in one transaction',
        (next) =>
          fixture.write(async (tx) => {
            await tx.run(`DELETE FROM ${fixture.table}`);
            await tx.run(`INSERT INTO ${fixture.table} (id, owner, slug) VALUES ($1, 'ann', 'cat')`, [
              next(),
            ]);
          }),
      ],
      [
        'in two concurrent transactions',
        (next) =>
          Promise.all([
            fixture.run(`DELETE FROM ${fixture.table}`),
            fixture.run(`INSERT INTO ${fixture.table} (id, owner, slug) VALUES ($1, 'ann', 'cat')`, [next()]),
          ]),
      ],
      [
        'in two consecutive transactions',
        async (next) => {
          await fixture.run(`DELETE FROM ${fixture.table}`);
          await fixture.insertOwned(next(), 'ann', 'cat');
        },
      ],
    ])('can be reused after a delete, %s', async (_case, replace) => {
      await fixture.insertOwned('a', 'ann', 'cat');
      const finished = new AbortController();
      const readers = Array.from({ length: 3 }, async () => {
        while (!finished.signal.aborted)
          await fixture.database.query(
            `SELECT count(*) AS n FROM ${fixture.table}, ${fixture.table} AS other`,
          );
      });
      for (let round = 0; round < 15; round++) await replace(() => (round % 2 === 0 ? 'a' : `b${round}`));
      finished.abort();
      await Promise.all(readers);
      expect(await fixture.database.query(`SELECT id, owner, slug FROM ${fixture.table}`)).toEqual([
        { id: 'a', owner: 'ann', slug: 'cat' },
      ]);
      await expect(fixture.insertOwned('z', 'ann', 'cat')).rejects.toThrow(UniqueViolationError);
    });
  });
}
