import type { ContractRows } from './testing/rows.ts';
import { UniqueViolationError } from './database.ts';
import type { Transaction } from './database.ts';

class Refused extends Error {}

/** Transactions: whole or not at all, each by itself, and within the keys. */
export function describeWrites(on: ContractRows): void {
  describe('writes', () => {
    it('give what the work gave', async () => {
      const given = await on.database.write(async (tx) => {
        await on.add(tx, 'a');
        return { id: 'a' };
      });
      expect(given).toEqual({ id: 'a' });
    });

    it('count the rows they insert, change and delete', async () => {
      expect(await on.run(`INSERT INTO ${on.table} (id, n) VALUES ('a', 1), ('b', 2), ('c', 3)`)).toBe(3);
      expect(await on.run(`UPDATE ${on.table} SET n = 0 WHERE n > $1`, [1])).toBe(2);
      expect(await on.run(`UPDATE ${on.table} SET n = 0 WHERE n > $1`, [1])).toBe(0);
      expect(await on.run(`INSERT INTO ${on.table} (id) VALUES ('a') ON CONFLICT (id) DO NOTHING`)).toBe(0);
      expect(await on.run(`DELETE FROM ${on.table} WHERE n = $1 RETURNING id`, [0])).toBe(2);
      expect(await on.run(`DELETE FROM ${on.table}`)).toBe(1);
    });

    it('give the rows of RETURNING', async () => {
      await on.insert('a', 1);
      const [inserted, updated, none] = await on.database.write(async (tx) => [
        await tx.query(`INSERT INTO ${on.table} (id, n) VALUES ($1, $2) RETURNING id, n`, ['b', 2]),
        await tx.query(`UPDATE ${on.table} SET n = n + 10 RETURNING id, n`),
        await tx.query(`DELETE FROM ${on.table} WHERE id = 'nobody' RETURNING id`),
      ]);
      expect(inserted).toEqual([{ id: 'b', n: 2 }]);
      expect(updated?.toSorted((x, y) => Number(x['n']) - Number(y['n']))).toEqual([
        { id: 'a', n: 11 },
        { id: 'b', n: 12 },
      ]);
      expect(none).toEqual([]);
    });

    it('insert or update by a key', async () => {
      const upsert = `INSERT INTO ${on.table} (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n`;
      expect(await on.run(upsert, ['a', 1])).toBe(1);
      expect(await on.run(upsert, ['a', 2])).toBe(1);
      expect(await on.database.query(`SELECT id, n FROM ${on.table}`)).toEqual([{ id: 'a', n: 2 }]);
    });

    it('see their own statements', async () => {
      const seen = await on.database.write(async (tx) => {
        await on.add(tx, 'a');
        return tx.query(`SELECT id FROM ${on.table}`);
      });
      expect(seen).toEqual([{ id: 'a' }]);
    });

    it('may start statements together', async () => {
      await on.database.write((tx) => Promise.all(['a', 'b', 'c'].map((id) => on.add(tx, id))));
      expect(await on.ids()).toEqual(['a', 'b', 'c']);
    });

    it('leave nothing of a work that throws, and give what it threw', async () => {
      const refused = new Refused('over quota');
      const work = on.database.write(async (tx) => {
        await on.add(tx, 'a');
        await on.add(tx, 'b');
        throw refused;
      });
      await expect(work).rejects.toBe(refused);
      expect(await on.ids()).toEqual([]);
    });

    it('leave nothing of a work whose statement fails, also where the work caught that', async () => {
      const work = on.database.write(async (tx) => {
        await on.add(tx, 'a');
        await on.add(tx, 'a').catch(() => undefined);
        return 'done';
      });
      await expect(work).rejects.toThrow(UniqueViolationError);
      expect(await on.ids()).toEqual([]);
    });

    it('give what a work threw when it caught a failed statement', async () => {
      await on.insert('a');
      const work = on.database.write(async (tx) => {
        await on.add(tx, 'b');
        await on.add(tx, 'a').catch((error: unknown) => {
          expect(error).toBeInstanceOf(UniqueViolationError);
          throw new Refused('known already');
        });
      });
      await expect(work).rejects.toThrow(Refused);
      expect(await on.ids()).toEqual(['a']);
    });

    it('refuse statements that would end the transaction', async () => {
      for (const sql of ['COMMIT', 'ROLLBACK', 'BEGIN']) {
        const work = on.database.write(async (tx) => {
          await on.add(tx, 'a');
          await tx.run(sql);
        });
        await expect(work).rejects.toThrow();
      }
      expect(await on.ids()).toEqual([]);
    });

    it('refuse a statement after the work has ended', async () => {
      let leaked: Transaction | undefined;
      await on.database.write(async (tx) => {
        leaked = tx;
        await on.add(tx, 'a');
      });
      await expect(leaked?.run(`DELETE FROM ${on.table}`)).rejects.toThrow('ended');
      await expect(leaked?.query(`SELECT id FROM ${on.table}`)).rejects.toThrow('ended');
      expect(await on.ids()).toEqual(['a']);
    });
  });

  describe('writes at the same time', () => {
    it('do not fail with their neighbours', async () => {
      await on.insert('taken');
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, n) =>
          on.database.write(async (tx) => {
            await on.add(tx, `r${String(n).padStart(2, '0')}`);
            if (n % 10 === 3) await on.add(tx, 'taken');
            if (n % 10 === 5) throw new Refused('no');
            if (n % 10 === 7) await tx.run('SELECT nothing FROM nowhere');
            return n;
          }),
        ),
      );
      const good = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const expected = Array.from({ length: 60 }, (_, n) => n).filter((n) => ![3, 5, 7].includes(n % 10));
      expect(good).toEqual(expected);
      expect(await on.ids()).toEqual([...expected.map((n) => `r${String(n).padStart(2, '0')}`), 'taken']);
      outcomes.forEach((outcome, n) => {
        if (outcome.status === 'fulfilled') return;
        if (n % 10 === 3) expect(outcome.reason).toBeInstanceOf(UniqueViolationError);
        if (n % 10 === 5) expect(outcome.reason).toBeInstanceOf(Refused);
        if (n % 10 === 7) expect(outcome.reason).not.toBeInstanceOf(UniqueViolationError);
      });
    });

    it('never overrun a quota that a conditional UPDATE holds', async () => {
      await on.insert('quota', 0);
      const changed = await Promise.all(
        Array.from({ length: 200 }, () =>
          on.run(`UPDATE ${on.table} SET n = n + 7 WHERE id = 'quota' AND n + 7 <= 500`),
        ),
      );
      expect(changed.filter((rows) => rows === 1)).toHaveLength(71);
      expect(await on.database.query(`SELECT n FROM ${on.table}`)).toEqual([{ n: 497 }]);
    });

    it('never overrun it either where a work throws for want of room', async () => {
      await on.insert('quota', 0);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 100 }, (_, n) =>
          on.database.write(async (tx) => {
            await on.add(tx, `row${n}`);
            const rows = await tx.run(`UPDATE ${on.table} SET n = n + 7 WHERE id = 'quota' AND n + 7 <= 100`);
            if (rows === 0) throw new Refused('full');
          }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(14);
      expect(await on.database.query(`SELECT count(*) AS rows, max(n) AS n FROM ${on.table}`)).toEqual([
        { rows: 15, n: 98 },
      ]);
    });

    it('let one of several inserts of the same key win', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) =>
          on.run(`INSERT INTO ${on.table} (id, owner, slug) VALUES ($1, 'ann', 'same')`, [`r${n}`]),
        ),
      );
      const lost = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(lost).toHaveLength(19);
      expect(lost.every((error) => error instanceof UniqueViolationError)).toBe(true);
      expect(await on.ids()).toHaveLength(1);
    });

    it('lose no increment', async () => {
      await on.insert('counter', 0);
      await Promise.all(
        Array.from({ length: 150 }, () => on.run(`UPDATE ${on.table} SET n = n + 1 WHERE id = 'counter'`)),
      );
      expect(await on.database.query(`SELECT n FROM ${on.table}`)).toEqual([{ n: 150 }]);
    });
  });

  describe('keys', () => {
    it('refuse a second row of the same PRIMARY KEY or UNIQUE columns', async () => {
      await on.own('a', 'ann', 'cat');
      await expect(on.own('a', 'ann', 'dog')).rejects.toThrow(UniqueViolationError);
      await expect(on.own('b', 'ann', 'cat')).rejects.toThrow(UniqueViolationError);
      await expect(on.run(`INSERT INTO ${on.table} (id) VALUES ('c'), ('c')`)).rejects.toThrow(
        UniqueViolationError,
      );
      await on.own('b', 'bob', 'cat');
      await expect(on.run(`UPDATE ${on.table} SET owner = 'ann' WHERE id = 'b'`)).rejects.toThrow(
        UniqueViolationError,
      );
      expect(await on.ids()).toEqual(['a', 'b']);
    });

    it('are not violated by nulls, nor by other constraints', async () => {
      await on.own('a', 'ann', null);
      await on.own('b', 'ann', null);
      expect(await on.ids()).toEqual(['a', 'b']);
      const nameless = on.run(`INSERT INTO ${on.table} (id) VALUES ($1)`, [null]);
      await expect(nameless).rejects.toThrow();
      await expect(nameless).rejects.not.toBeInstanceOf(UniqueViolationError);
    });

    it('say nothing of the values in the message', async () => {
      await on.own('a', 'ann@example.org', 'secret');
      const error = await on.own('b', 'ann@example.org', 'secret').catch((caught: unknown) => caught);
      expect(String(error)).not.toMatch(/ann@example|secret/);
    });

    it.each<[string, (ids: () => string) => Promise<unknown>]>([
      [
        'in one work',
        (next) =>
          on.database.write(async (tx) => {
            await tx.run(`DELETE FROM ${on.table}`);
            await tx.run(`INSERT INTO ${on.table} (id, owner, slug) VALUES ($1, 'ann', 'cat')`, [next()]);
          }),
      ],
      [
        'in two works at the same time',
        (next) =>
          Promise.all([
            on.run(`DELETE FROM ${on.table}`),
            on.run(`INSERT INTO ${on.table} (id, owner, slug) VALUES ($1, 'ann', 'cat')`, [next()]),
          ]),
      ],
      [
        'in two works one after the other',
        async (next) => {
          await on.run(`DELETE FROM ${on.table}`);
          await on.own(next(), 'ann', 'cat');
        },
      ],
    ])('can be given again after a delete, %s', async (_how, replace) => {
      await on.own('a', 'ann', 'cat');
      const finished = new AbortController();
      const readers = Array.from({ length: 3 }, async () => {
        while (!finished.signal.aborted)
          await on.database.query(`SELECT count(*) AS n FROM ${on.table}, ${on.table} AS other`);
      });
      for (let round = 0; round < 15; round++) await replace(() => (round % 2 === 0 ? 'a' : `b${round}`));
      finished.abort();
      await Promise.all(readers);
      expect(await on.database.query(`SELECT id, owner, slug FROM ${on.table}`)).toEqual([
        { id: 'a', owner: 'ann', slug: 'cat' },
      ]);
      await expect(on.own('z', 'ann', 'cat')).rejects.toThrow(UniqueViolationError);
    });
  });
}
