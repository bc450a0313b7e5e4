import { Database, DatabaseUnavailableError, UniqueViolationError } from './database.ts';
import type { SqlValue, Transaction } from './database.ts';

export interface DatabaseUnderTest {
  database: Database;
  /** Closes the database; the suite calls `database` once more after it. */
  close(): Promise<void>;
}

class Refused extends Error {}

/** What every engine must do, whatever it is made of. `make` gives a database with its migrations applied; the suite makes tables `contract_*`. */
export function describeDatabase(name: string, make: () => Promise<DatabaseUnderTest>): void {
  describe(`${name} as a Database`, () => {
    let subject: DatabaseUnderTest;
    let database: Database;
    let table: string;
    let tables = 0;

    const run = (sql: string, params?: readonly SqlValue[]) => database.write((tx) => tx.run(sql, params));
    const insert = (id: string, n = 0) => run(`INSERT INTO ${table} (id, n) VALUES ($1, $2)`, [id, n]);
    const ids = async () => {
      const rows = await database.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`);
      return rows.map(({ id }) => id);
    };
    const own = (id: string, owner: string | null, slug: string | null) =>
      run(`INSERT INTO ${table} (id, owner, slug) VALUES ($1, $2, $3)`, [id, owner, slug]);
    const slugsBy = async (by: string) => {
      const rows = await database.query<{ slug: string | null }>(`SELECT slug FROM ${table} ORDER BY ${by}`);
      return rows.map(({ slug }) => slug);
    };
    const add = (tx: Transaction, id: string) => tx.run(`INSERT INTO ${table} (id) VALUES ($1)`, [id]);

    beforeAll(async () => {
      subject = await make();
      ({ database } = subject);
    });

    afterAll(() => subject.close());

    beforeEach(async () => {
      table = `contract_${++tables}`;
      await run(
        `CREATE TABLE ${table} (id VARCHAR PRIMARY KEY, n BIGINT, i INTEGER, d DOUBLE PRECISION, b BOOLEAN, t TIMESTAMP,
         owner VARCHAR, slug VARCHAR, UNIQUE (owner, slug))`,
      );
    });

    afterEach(() => run(`DROP TABLE ${table}`));

    describe('values', () => {
      it.each<[string, string, SqlValue]>([
        ['a text', 'slug', 'plain'],
        ['an empty text', 'slug', ''],
        ['emoji and accents', 'slug', 'Zoë 👩‍👩‍👧 Ångström 日本 🏳️‍🌈'],
        ['quotes, percent, backslash, line ends', 'slug', `'; DROP TABLE x; -- " % _ \\ \r\n\t $1`],
        ['a long text', 'slug', 'é'.repeat(300_000)],
        ['zero', 'n', 0],
        ['a 32-bit number', 'i', -2_147_483_648],
        ['a 32-bit number in 64 bits', 'n', 2_147_483_647],
        ['a number beyond 32 bits', 'n', 2_147_483_648],
        ['the largest whole number', 'n', Number.MAX_SAFE_INTEGER],
        ['the smallest whole number', 'n', Number.MIN_SAFE_INTEGER],
        ['a fraction', 'd', -0.1],
        ['a tiny fraction', 'd', 5e-324],
        ['a whole number in a DOUBLE column', 'd', 3],
        ['true', 'b', true],
        ['false', 'b', false],
        ['an instant', 't', new Date('2024-05-01T09:30:00.123Z')],
        ['an instant before 1970', 't', new Date('1901-12-31T23:59:59.999Z')],
        ['an instant far from now', 't', new Date('9999-12-31T23:59:59.999Z')],
        ['a day that summer time skips somewhere', 't', new Date('2024-03-31T02:30:00.000Z')],
        ['no text', 'slug', null],
        ['no number', 'n', null],
        ['no instant', 't', null],
        ['no answer', 'b', null],
      ])('gives back %s as it was', async (_what, column, value) => {
        await run(`INSERT INTO ${table} (id, ${column}) VALUES ($1, $2)`, ['x', value]);
        expect(await database.query(`SELECT ${column} AS value FROM ${table}`)).toEqual([{ value }]);
      });

      it('finds rows by values of every type, and by null where it is asked for', async () => {
        const at = new Date('2024-05-01T09:30:00.123Z');
        await run(`INSERT INTO ${table} (id, n, d, b, t) VALUES ($1, $2, $3, $4, $5)`, [
          'x',
          5e12,
          0.5,
          true,
          at,
        ]);
        const found = await database.query(
          `SELECT id FROM ${table} WHERE n = $1 AND d = $2 AND b = $3 AND t = $4 AND slug IS NULL`,
          [5e12, 0.5, true, at],
        );
        expect(found).toEqual([{ id: 'x' }]);
        expect(await database.query(`SELECT id FROM ${table} WHERE t < $1`, [at])).toEqual([]);
      });

      it('gives counts, sums and averages as numbers', async () => {
        await insert('a', 3_000_000_000);
        await insert('b', 3_000_000_001);
        const rows = await database.query(
          `SELECT count(*) AS rows, CAST(sum(n) AS BIGINT) AS total, CAST(avg(n) AS DOUBLE PRECISION) AS mean,
           CAST(12.50 AS DECIMAL(6, 2)) AS price FROM ${table}`,
        );
        expect(rows).toEqual([{ rows: 2, total: 6_000_000_001, mean: 3_000_000_000.5, price: 12.5 }]);
      });

      it('refuses to give a whole number that a JavaScript number cannot hold', async () => {
        await expect(database.query('SELECT CAST(9007199254740993 AS BIGINT) AS n')).rejects.toThrow(
          RangeError,
        );
        expect(await database.query('SELECT CAST(9007199254740991 AS BIGINT) AS n')).toEqual([
          { n: 2 ** 53 - 1 },
        ]);
      });

      it.each([
        ['a whole number beyond 2^53', 2 ** 53],
        ['not a number', Number.NaN],
        ['infinity', Number.POSITIVE_INFINITY],
        ['an invalid Date', new Date(Number.NaN)],
      ])('refuses %s as a parameter', async (_what, value) => {
        await expect(database.query(`SELECT id FROM ${table} WHERE n = $1`, [value])).rejects.toThrow(
          TypeError,
        );
        await expect(run(`INSERT INTO ${table} (id, n) VALUES ('x', $1)`, [value])).rejects.toThrow(
          TypeError,
        );
        expect(await ids()).toEqual([]);
      });

      it('refuses too few and too many parameters', async () => {
        await expect(database.query(`SELECT id FROM ${table} WHERE n = $1`)).rejects.toThrow();
        await expect(database.query(`SELECT id FROM ${table} WHERE n = $1`, [1, 2])).rejects.toThrow();
      });

      it('takes values of another type for a statement that it has run before', async () => {
        const sql = `INSERT INTO ${table} (id, n, d) VALUES ($1, $2, $3)`;
        await run(sql, ['a', 1, 1]);
        await run(sql, ['b', null, 0.5]);
        await run(sql, ['c', 5_000_000_000, null]);
        expect(await database.query(`SELECT n, d FROM ${table} ORDER BY id`)).toEqual([
          { n: 1, d: 1 },
          { n: null, d: 0.5 },
          { n: 5_000_000_000, d: null },
        ]);
      });

      it('answers a statement that it has run before by the rows of today', async () => {
        const sql = `SELECT count(*) AS rows FROM ${table} WHERE n > 100 AND b IS NULL`;
        await insert('a', 0);
        for (let read = 0; read < 5; read++) expect(await database.query(sql)).toEqual([{ rows: 0 }]);
        await run(`UPDATE ${table} SET n = 500`);
        for (let read = 0; read < 5; read++) expect(await database.query(sql)).toEqual([{ rows: 1 }]);
        await run(`UPDATE ${table} SET b = TRUE`);
        for (let read = 0; read < 5; read++) expect(await database.query(sql)).toEqual([{ rows: 0 }]);
      });

      it('orders text by its bytes, and nulls where they are asked to be', async () => {
        const slugs = ['b', 'B', 'é', 'z', '', null, '🙂'];
        for (const [index, slug] of slugs.entries()) {
          await run(`INSERT INTO ${table} (id, slug) VALUES ($1, $2)`, [`r${index}`, slug]);
        }
        expect(await slugsBy('slug NULLS LAST')).toEqual(['', 'B', 'b', 'z', 'é', '🙂', null]);
        expect(await slugsBy('slug DESC NULLS LAST')).toEqual(['🙂', 'é', 'z', 'b', 'B', '', null]);
        expect((await slugsBy('slug DESC'))[0]).toBeNull();
      });
    });

    describe('reads', () => {
      it('do not see what is not committed, and do not wait for it', async () => {
        const written = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const write = database.write(async (tx) => {
          await add(tx, 'late');
          written.resolve();
          await release.promise;
        });
        await written.promise;
        expect(await ids()).toEqual([]);
        release.resolve();
        await write;
        expect(await ids()).toEqual(['late']);
      });

      it('see a write as soon as it is acknowledged', async () => {
        for (let n = 0; n < 30; n++) {
          await insert(`r${n}`, n);
          expect(await database.query(`SELECT n FROM ${table} WHERE id = $1`, [`r${n}`])).toEqual([{ n }]);
        }
      });

      it('see all of a transaction or nothing of it', async () => {
        await run(`INSERT INTO ${table} (id, n) VALUES ('from', 100), ('to', 0)`);
        const sums: unknown[] = [];
        const transfers = Array.from({ length: 20 }, () =>
          database.write(async (tx) => {
            await tx.run(`UPDATE ${table} SET n = n - 5 WHERE id = 'from'`);
            await tx.run(`UPDATE ${table} SET n = n + 5 WHERE id = 'to'`);
          }),
        );
        const done = Promise.all(transfers);
        for (let read = 0; read < 20; read++) {
          sums.push(...(await database.query(`SELECT CAST(sum(n) AS BIGINT) AS sum FROM ${table}`)));
        }
        await done;
        expect(new Set(sums.map((row) => JSON.stringify(row)))).toEqual(new Set(['{"sum":100}']));
      });

      it('run at the same time in any number', async () => {
        await insert('a', 7);
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, n) => database.query(`SELECT n + $1 AS n FROM ${table}`, [n])),
        );
        expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => [{ n: n + 7 }]));
      });

      it('go on after one that failed', async () => {
        const failures = Array.from({ length: 50 }, () => database.query('SELECT nothing FROM nowhere'));
        expect((await Promise.allSettled(failures)).every(({ status }) => status === 'rejected')).toBe(true);
        expect(await ids()).toEqual([]);
      });

      it('change nothing', async () => {
        await insert('a');
        await expect(database.query(`DELETE FROM ${table}`)).rejects.toThrow();
        await expect(database.query(`DELETE FROM ${table} RETURNING id`)).rejects.toThrow();
        await expect(database.query(`UPDATE ${table} SET n = 1`)).rejects.toThrow();
        await expect(database.query(`DROP TABLE ${table}`)).rejects.toThrow();
        expect(await database.query(`SELECT id, n FROM ${table}`)).toEqual([{ id: 'a', n: 0 }]);
      });

      it('take one statement at a time', async () => {
        await expect(database.query(`SELECT 1 AS a; DELETE FROM ${table}`)).rejects.toThrow();
      });
    });

    describe('writes', () => {
      it('give what the work gave', async () => {
        const given = await database.write(async (tx) => {
          await add(tx, 'a');
          return { id: 'a' };
        });
        expect(given).toEqual({ id: 'a' });
      });

      it('count the rows they insert, change and delete', async () => {
        expect(await run(`INSERT INTO ${table} (id, n) VALUES ('a', 1), ('b', 2), ('c', 3)`)).toBe(3);
        expect(await run(`UPDATE ${table} SET n = 0 WHERE n > $1`, [1])).toBe(2);
        expect(await run(`UPDATE ${table} SET n = 0 WHERE n > $1`, [1])).toBe(0);
        expect(await run(`INSERT INTO ${table} (id) VALUES ('a') ON CONFLICT (id) DO NOTHING`)).toBe(0);
        expect(await run(`DELETE FROM ${table} WHERE n = $1 RETURNING id`, [0])).toBe(2);
        expect(await run(`DELETE FROM ${table}`)).toBe(1);
      });

      it('give the rows of RETURNING', async () => {
        await insert('a', 1);
        const [inserted, updated, none] = await database.write(async (tx) => [
          await tx.query(`INSERT INTO ${table} (id, n) VALUES ($1, $2) RETURNING id, n`, ['b', 2]),
          await tx.query(`UPDATE ${table} SET n = n + 10 RETURNING id, n`),
          await tx.query(`DELETE FROM ${table} WHERE id = 'nobody' RETURNING id`),
        ]);
        expect(inserted).toEqual([{ id: 'b', n: 2 }]);
        expect(updated?.toSorted((x, y) => Number(x['n']) - Number(y['n']))).toEqual([
          { id: 'a', n: 11 },
          { id: 'b', n: 12 },
        ]);
        expect(none).toEqual([]);
      });

      it('insert or update by a key', async () => {
        const upsert = `INSERT INTO ${table} (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n`;
        expect(await run(upsert, ['a', 1])).toBe(1);
        expect(await run(upsert, ['a', 2])).toBe(1);
        expect(await database.query(`SELECT id, n FROM ${table}`)).toEqual([{ id: 'a', n: 2 }]);
      });

      it('see their own statements', async () => {
        const seen = await database.write(async (tx) => {
          await add(tx, 'a');
          return tx.query(`SELECT id FROM ${table}`);
        });
        expect(seen).toEqual([{ id: 'a' }]);
      });

      it('may start statements together', async () => {
        await database.write((tx) => Promise.all(['a', 'b', 'c'].map((id) => add(tx, id))));
        expect(await ids()).toEqual(['a', 'b', 'c']);
      });

      it('leave nothing of a work that throws, and give what it threw', async () => {
        const refused = new Refused('over quota');
        const work = database.write(async (tx) => {
          await add(tx, 'a');
          await add(tx, 'b');
          throw refused;
        });
        await expect(work).rejects.toBe(refused);
        expect(await ids()).toEqual([]);
      });

      it('leave nothing of a work whose statement fails, also where the work caught that', async () => {
        const work = database.write(async (tx) => {
          await add(tx, 'a');
          await add(tx, 'a').catch(() => undefined);
          return 'done';
        });
        await expect(work).rejects.toThrow(UniqueViolationError);
        expect(await ids()).toEqual([]);
      });

      it('give what a work threw when it caught a failed statement', async () => {
        await insert('a');
        const work = database.write(async (tx) => {
          await add(tx, 'b');
          await add(tx, 'a').catch((error: unknown) => {
            expect(error).toBeInstanceOf(UniqueViolationError);
            throw new Refused('known already');
          });
        });
        await expect(work).rejects.toThrow(Refused);
        expect(await ids()).toEqual(['a']);
      });

      it('refuse statements that would end the transaction', async () => {
        for (const sql of ['COMMIT', 'ROLLBACK', 'BEGIN']) {
          const work = database.write(async (tx) => {
            await add(tx, 'a');
            await tx.run(sql);
          });
          await expect(work).rejects.toThrow();
        }
        expect(await ids()).toEqual([]);
      });

      it('refuse a statement after the work has ended', async () => {
        let leaked: Transaction | undefined;
        await database.write(async (tx) => {
          leaked = tx;
          await add(tx, 'a');
        });
        await expect(leaked?.run(`DELETE FROM ${table}`)).rejects.toThrow('ended');
        await expect(leaked?.query(`SELECT id FROM ${table}`)).rejects.toThrow('ended');
        expect(await ids()).toEqual(['a']);
      });
    });

    describe('writes at the same time', () => {
      it('do not fail with their neighbours', async () => {
        await insert('taken');
        const outcomes = await Promise.allSettled(
          Array.from({ length: 60 }, (_, n) =>
            database.write(async (tx) => {
              await add(tx, `r${String(n).padStart(2, '0')}`);
              if (n % 10 === 3) await add(tx, 'taken');
              if (n % 10 === 5) throw new Refused('no');
              if (n % 10 === 7) await tx.run('SELECT nothing FROM nowhere');
              return n;
            }),
          ),
        );
        const good = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        const expected = Array.from({ length: 60 }, (_, n) => n).filter((n) => ![3, 5, 7].includes(n % 10));
        expect(good).toEqual(expected);
        expect(await ids()).toEqual([...expected.map((n) => `r${String(n).padStart(2, '0')}`), 'taken']);
        outcomes.forEach((outcome, n) => {
          if (outcome.status === 'fulfilled') return;
          if (n % 10 === 3) expect(outcome.reason).toBeInstanceOf(UniqueViolationError);
          if (n % 10 === 5) expect(outcome.reason).toBeInstanceOf(Refused);
          if (n % 10 === 7) expect(outcome.reason).not.toBeInstanceOf(UniqueViolationError);
        });
      });

      it('never overrun a quota that a conditional UPDATE holds', async () => {
        await insert('quota', 0);
        const changed = await Promise.all(
          Array.from({ length: 200 }, () =>
            run(`UPDATE ${table} SET n = n + 7 WHERE id = 'quota' AND n + 7 <= 500`),
          ),
        );
        expect(changed.filter((rows) => rows === 1)).toHaveLength(71);
        expect(await database.query(`SELECT n FROM ${table}`)).toEqual([{ n: 497 }]);
      });

      it('never overrun it either where a work throws for want of room', async () => {
        await insert('quota', 0);
        const outcomes = await Promise.allSettled(
          Array.from({ length: 100 }, (_, n) =>
            database.write(async (tx) => {
              await add(tx, `row${n}`);
              const rows = await tx.run(`UPDATE ${table} SET n = n + 7 WHERE id = 'quota' AND n + 7 <= 100`);
              if (rows === 0) throw new Refused('full');
            }),
          ),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(14);
        expect(await database.query(`SELECT count(*) AS rows, max(n) AS n FROM ${table}`)).toEqual([
          { rows: 15, n: 98 },
        ]);
      });

      it('let one of several inserts of the same key win', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) =>
            run(`INSERT INTO ${table} (id, owner, slug) VALUES ($1, 'ann', 'same')`, [`r${n}`]),
          ),
        );
        const lost = outcomes.flatMap((outcome) =>
          outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
        );
        expect(lost).toHaveLength(19);
        expect(lost.every((error) => error instanceof UniqueViolationError)).toBe(true);
        expect(await ids()).toHaveLength(1);
      });

      it('lose no increment', async () => {
        await insert('counter', 0);
        await Promise.all(
          Array.from({ length: 150 }, () => run(`UPDATE ${table} SET n = n + 1 WHERE id = 'counter'`)),
        );
        expect(await database.query(`SELECT n FROM ${table}`)).toEqual([{ n: 150 }]);
      });
    });

    describe('keys', () => {
      it('refuse a second row of the same PRIMARY KEY or UNIQUE columns', async () => {
        await own('a', 'ann', 'cat');
        await expect(own('a', 'ann', 'dog')).rejects.toThrow(UniqueViolationError);
        await expect(own('b', 'ann', 'cat')).rejects.toThrow(UniqueViolationError);
        await expect(run(`INSERT INTO ${table} (id) VALUES ('c'), ('c')`)).rejects.toThrow(
          UniqueViolationError,
        );
        await own('b', 'bob', 'cat');
        await expect(run(`UPDATE ${table} SET owner = 'ann' WHERE id = 'b'`)).rejects.toThrow(
          UniqueViolationError,
        );
        expect(await ids()).toEqual(['a', 'b']);
      });

      it('are not violated by nulls, nor by other constraints', async () => {
        await own('a', 'ann', null);
        await own('b', 'ann', null);
        expect(await ids()).toEqual(['a', 'b']);
        const nameless = run(`INSERT INTO ${table} (id) VALUES ($1)`, [null]);
        await expect(nameless).rejects.toThrow();
        await expect(nameless).rejects.not.toBeInstanceOf(UniqueViolationError);
      });

      it('say nothing of the values in the message', async () => {
        await own('a', 'ann@example.org', 'secret');
        const error = await own('b', 'ann@example.org', 'secret').catch((caught: unknown) => caught);
        expect(String(error)).not.toMatch(/ann@example|secret/);
      });

      it.each<[string, (ids: () => string) => Promise<unknown>]>([
        [
          'in one work',
          (next) =>
            database.write(async (tx) => {
              await tx.run(`DELETE FROM ${table}`);
              await tx.run(`INSERT INTO ${table} (id, owner, slug) VALUES ($1, 'ann', 'cat')`, [next()]);
            }),
        ],
        [
          'in two works at the same time',
          (next) =>
            Promise.all([
              run(`DELETE FROM ${table}`),
              run(`INSERT INTO ${table} (id, owner, slug) VALUES ($1, 'ann', 'cat')`, [next()]),
            ]),
        ],
        [
          'in two works one after the other',
          async (next) => {
            await run(`DELETE FROM ${table}`);
            await own(next(), 'ann', 'cat');
          },
        ],
      ])('can be given again after a delete, %s', async (_how, replace) => {
        await own('a', 'ann', 'cat');
        const finished = new AbortController();
        const readers = Array.from({ length: 3 }, async () => {
          while (!finished.signal.aborted)
            await database.query(`SELECT count(*) AS n FROM ${table}, ${table} AS other`);
        });
        for (let round = 0; round < 15; round++) await replace(() => (round % 2 === 0 ? 'a' : `b${round}`));
        finished.abort();
        await Promise.all(readers);
        expect(await database.query(`SELECT id, owner, slug FROM ${table}`)).toEqual([
          { id: 'a', owner: 'ann', slug: 'cat' },
        ]);
        await expect(own('z', 'ann', 'cat')).rejects.toThrow(UniqueViolationError);
      });
    });

    describe('a ping', () => {
      it('is answered, also while reads and writes run', async () => {
        await database.ping();
        await Promise.all([insert('a'), ids(), database.ping()]);
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
