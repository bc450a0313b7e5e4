import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { Logger } from '@nestjs/common';
import { DatabaseUnavailableError, UniqueViolationError } from '../database.ts';
import { DuckDbDatabase } from './duckdb-database.ts';
import type { DuckDbOptions } from './duckdb-database.ts';

describe('DuckDbDatabase', () => {
  let dataDir: string;
  let migrationsFolder: string;
  let database: DuckDbDatabase;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    migrationsFolder = join(dataDir, 'migrations');
    await mkdir(migrationsFolder);
    await writeFile(
      join(migrationsFolder, '0001-notes.sql'),
      'CREATE TABLE notes (id VARCHAR PRIMARY KEY, b VARCHAR)',
    );
  });

  afterEach(async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const open = async (options: Partial<DuckDbOptions> = {}) => {
    database = await DuckDbDatabase.open({ dataDir, migrationsFolder, ...options });
  };
  const add = (id: string) => database.write([], (tx) => tx.run('INSERT INTO notes (id) VALUES ($1)', [id]));
  const ids = async () => {
    const rows = await database.query<{ id: string }>('SELECT id FROM notes ORDER BY id');
    return rows.map(({ id }) => id);
  };
  /** Inserts a row, and returns the id of the transaction. */
  const transactionOf = (id: string) =>
    database.write([], async (tx) => {
      await tx.run('INSERT INTO notes (id) VALUES ($1)', [id]);
      const [row] = await tx.query<{ id: number }>('SELECT txid_current() AS id');
      return row?.id;
    });

  /** Creates a row that a UNIQUE index lacks. Deleting it is a fatal error for DuckDB. */
  const loseIndexEntry = async () => {
    const file = join(dataDir, 'imgstream.duckdb');
    const run = async (sql: string) => {
      const instance = await DuckDBInstance.create(file);
      const connection = await instance.connect();
      await connection.run(sql);
      connection.closeSync();
      instance.closeSync();
    };
    await run(`CREATE UNIQUE INDEX notes_b ON notes (b); INSERT INTO notes VALUES ('a', 'a'); CHECKPOINT;
                PRAGMA disable_checkpoint_on_shutdown; INSERT INTO notes VALUES ('lost', 'lost')`);
    await run('SELECT 1');
  };

  describe('values', () => {
    it('truncates timestamps to milliseconds, towards the past', async () => {
      await open();
      const rows = await database.query(
        "SELECT TIMESTAMP '2024-05-01 09:30:00.123999' AS late, TIMESTAMP '1969-12-31 23:59:59.999001' AS early",
      );
      expect(rows).toEqual([
        { late: new Date('2024-05-01T09:30:00.123Z'), early: new Date('1969-12-31T23:59:59.999Z') },
      ]);
    });

    it('uses UTC for the clock of the database, in every time zone of the machine', async () => {
      await open();
      const rows = await database.query<{ now: Date; zone: string }>(
        "SELECT CAST(now() AS TIMESTAMP) AS now, current_setting('TimeZone') AS zone",
      );
      expect(rows[0]?.zone).toBe('UTC');
      expect(Math.abs(Number(rows[0]?.now) - Date.now())).toBeLessThan(60_000);
    });

    it('returns JSON as text, and sums of BIGINT as numbers', async () => {
      await open();
      expect(
        await database.query(
          `SELECT CAST('{"a": [1]}' AS JSON) AS j, sum(n) AS s FROM (VALUES (1::BIGINT), (2)) v (n)`,
        ),
      ).toEqual([{ j: '{"a": [1]}', s: 3 }]);
    });

    it.each(['[1, 2]', "{'a': 1}", "TIMESTAMP 'infinity'", '170141183460469231731687303715884105727'])(
      'refuses to return %s',
      async (sql) => {
        await open();
        await expect(database.query(`SELECT ${sql} AS value`)).rejects.toThrow('Column value');
        await database.ping();
      },
    );
  });

  describe('group commit', () => {
    it('combines queued writes in one transaction, up to a limit', async () => {
      await open();
      const transactions = await Promise.all(Array.from({ length: 100 }, (_, n) => transactionOf(`n${n}`)));
      expect(new Set(transactions).size).toBeGreaterThanOrEqual(2);
      expect(new Set(transactions).size).toBeLessThan(20);
      expect(await ids()).toHaveLength(100);
    });

    it('runs every write of a failed group again in its own transaction', async () => {
      await open();
      await add('taken');
      let runs = 0;
      const transactions = await Promise.all([
        transactionOf('a'),
        database
          .write([], (tx) => {
            runs++;
            return tx.run("INSERT INTO notes (id) VALUES ('taken')");
          })
          .catch((error: unknown) => error),
        transactionOf('b'),
      ]);
      expect(transactions[1]).toBeInstanceOf(UniqueViolationError);
      expect(runs).toBe(2);
      expect(transactions[0]).not.toBe(transactions[2]);
      expect(await ids()).toEqual(['a', 'b', 'taken']);
    });

    it('does not split a group when a write throws before it changed anything', async () => {
      await open();
      const writeAround = async (n: number) => {
        const [a, refused, b] = await Promise.all([
          transactionOf(`a${n}`),
          database
            .write([], async (tx) => {
              const changed = await tx.run("UPDATE notes SET b = 'x' WHERE id = 'missing'");
              throw new Error(`changed ${changed}`);
            })
            .catch(String),
          transactionOf(`b${n}`),
        ]);
        expect(refused).toBe('Error: changed 0');
        return a === b;
      };
      // On a busy machine a group may reach its time limit before it is complete.
      let wasGroup = false;
      for (let n = 0; n < 50 && !wasGroup; n++) wasGroup = await writeAround(n);
      expect(wasGroup).toBe(true);
    });

    it('runs each write in the context of its caller', async () => {
      await open();
      const request = new AsyncLocalStorage<string>();
      const seen = await Promise.all(
        ['a', 'b', 'c'].map((id) =>
          request.run(id, () =>
            database.write([], async (tx) => [request.getStore(), await tx.run('SELECT 1')]),
          ),
        ),
      );
      expect(seen.map(([store]) => store)).toEqual(['a', 'b', 'c']);
    });
  });

  describe('limits', () => {
    it('aborts a write that takes too long, and runs the next', async () => {
      await open({ writeLimitMs: 3_000 });
      const over = Promise.withResolvers<void>();
      let late: Promise<unknown> | undefined;
      const stuck = database.write([], async (tx) => {
        await tx.run("INSERT INTO notes (id) VALUES ('stuck')");
        late = over.promise.then(() => tx.run("INSERT INTO notes (id) VALUES ('late')"));
        await late;
      });
      const next = add('next');
      await expect(stuck).rejects.toThrow(DatabaseUnavailableError);
      over.resolve();
      await next;
      await expect(late).rejects.toThrow('ended');
      expect(await ids()).toEqual(['next']);
    });

    it('interrupts a running statement of such a write', async () => {
      await open({ writeLimitMs: 3_000 });
      const slow = database.write([], (tx) =>
        tx.query('SELECT count(*) AS n FROM range(100000000000) WHERE range % 7 = 3'),
      );
      await expect(slow).rejects.toThrow(DatabaseUnavailableError);
      await add('next');
      expect(await ids()).toEqual(['next']);
    });

    it('interrupts a read that takes too long, and continues to work', async () => {
      await open({ readLimitMs: 200, readers: 2 });
      const reads = Array.from({ length: 3 }, () =>
        database.query('SELECT count(*) AS n FROM range(100000000000) WHERE range % 7 = 3'),
      );
      for (const read of reads) await expect(read).rejects.toThrow(DatabaseUnavailableError);
      await database.ping();
    });

    it('rejects a statement that exceeds the memory limit, and continues to work', async () => {
      await open();
      const greedy = database.query('SELECT len(list(range)) AS n FROM range(300000000)');
      await expect(greedy).rejects.toThrow(DatabaseUnavailableError);
      await database.ping();
    });

    it('rejects a ping that gets no connection in time', async () => {
      await open({ readers: 1, readLimitMs: 6_000, pingLimitMs: 2_000 });
      const slow = database
        .query('SELECT count(*) AS n FROM range(100000000000) WHERE range % 7 = 3')
        .catch(() => null);
      await expect(database.ping()).rejects.toThrow('did not respond within 2000 ms');
      await slow;
      await database.ping();
    });

    it('keeps the write-ahead log short', async () => {
      await open();
      const megabyte = randomBytes(2 ** 19).toString('hex');
      for (let n = 0; n < 24; n++) {
        await database.write([], (tx) =>
          tx.run('INSERT INTO notes VALUES ($1, $2)', [`n${n}`, `${n}${megabyte}`]),
        );
      }
      const wal = await stat(join(dataDir, 'imgstream.duckdb.wal'));
      expect(wal.size).toBeLessThan(20 * 2 ** 20);
      expect(await ids()).toHaveLength(24);
    });

    it('refuses a write inside another, because both would wait forever', async () => {
      await open();
      const nested = database.write([], () => add('inner'));
      await expect(nested).rejects.toThrow('Use the tx');
      expect(await ids()).toEqual([]);
    });
  });

  describe('close', () => {
    it('runs queued writes, and refuses later ones', async () => {
      await open();
      const waiting = Array.from({ length: 150 }, (_, n) => add(`n${n}`));
      const closing = database.close();
      await expect(add('late')).rejects.toThrow(DatabaseUnavailableError);
      await closing;
      await Promise.all(waiting);
      await database.close();
      await open();
      expect(await ids()).toHaveLength(150);
    });

    it('does not wait long for a read', async () => {
      await open();
      const slow = database.query('SELECT count(*) AS n FROM range(100000000000) WHERE range % 7 = 3');
      const outcome = slow.catch((error: unknown) => error);
      await delay(50);
      await database.close();
      expect(await outcome).toBeInstanceOf(DatabaseUnavailableError);
    });
  });

  describe('after a fatal error', () => {
    beforeEach(() => Logger.overrideLogger(false));

    afterEach(() => Logger.overrideLogger(true));

    it('is unavailable for a moment, then works again with every acknowledged write', async () => {
      await open();
      await add('kept');
      await database.close();
      await loseIndexEntry();
      await open();
      const reads = Array.from({ length: 20 }, () => ids().catch((error: unknown) => error));
      const fatal = database.write([], (tx) => tx.run("DELETE FROM notes WHERE id = 'lost'"));
      const queued = Array.from({ length: 5 }, () =>
        delay(0)
          .then(() => add('queued'))
          .catch((error: unknown) => error),
      );
      await expect(fatal).rejects.toThrow(DatabaseUnavailableError);
      await expect(database.query('SELECT 1 AS n')).rejects.toThrow(DatabaseUnavailableError);
      await expect(add('meanwhile')).rejects.toThrow(DatabaseUnavailableError);
      await expect(database.ping()).rejects.toThrow(DatabaseUnavailableError);
      for (const outcome of await Promise.all([...reads, ...queued])) {
        expect(Array.isArray(outcome) || outcome === 1 || outcome instanceof Error).toBe(true);
      }
      const until = Date.now() + 50_000;
      while (
        Date.now() < until &&
        !(await database.ping().then(
          () => true,
          () => false,
        ))
      )
        await delay(20);
      expect(await ids()).toEqual(expect.arrayContaining(['a', 'kept', 'lost']));
      await add('after');
      await expect(add('after')).rejects.toThrow(UniqueViolationError);
    });

    it('can be closed while it is being reopened', async () => {
      await open();
      await database.close();
      await loseIndexEntry();
      await open();
      await expect(
        database.write([], (tx) => tx.run("DELETE FROM notes WHERE id = 'lost'")),
      ).rejects.toThrow();
      await database.close();
      await expect(database.ping()).rejects.toThrow(DatabaseUnavailableError);
      await open();
      expect(await ids()).toEqual(['a', 'lost']);
    });
  });
});
