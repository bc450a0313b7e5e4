import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPostgres, queryUrl } from '../../../test/support/postgres/local-postgres.ts';
import { createTestDatabase } from '../../../test/support/postgres/test-database.ts';
import { DatabaseStartError } from '../database-start-error.ts';
import { DatabaseUnavailableError, userScope } from '../database.ts';
import { PostgresDatabase, type PostgresOptions } from './postgres-database.ts';

let url: string;
const opened: PostgresDatabase[] = [];

beforeEach(async () => {
  url = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

async function open(options: Partial<PostgresOptions> = {}): Promise<PostgresDatabase> {
  const database = await PostgresDatabase.open({ url, ...options });
  opened.push(database);
  return database;
}

const [ANN, BOB] = [userScope('ann'), userScope('bob')];
const COUNT = 'SELECT count(*) AS n FROM tombstones';
const INSERT = `INSERT INTO tombstones (photo_id, user_id, storage_path, thumbnail_path, preview_path, created_date)
  VALUES ($1, 'ann', 'o', 't', 'p', $2)`;

/** Closes every other connection to the database, as a restart or an administrator does. */
async function terminateAll(): Promise<void> {
  await queryUrl(
    url,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
}

describe('A lost connection', () => {
  it('does not end the process if it was idle, and the next calls get a new one', async () => {
    const database = await open();
    await Promise.all(Array.from({ length: 5 }, () => database.query(COUNT)));
    for (let round = 0; round < 3; round++) {
      await terminateAll();
      expect(await database.query(COUNT)).toEqual([{ n: round }]);
      await terminateAll();
      await database.write([ANN], (tx) => tx.run(INSERT, [`p${round}`, new Date()]));
    }
  });

  it('during a unit of work is an outage, and nothing is written', async () => {
    const database = await open();
    let runs = 0;
    const write = database.write([ANN], async (tx) => {
      runs += 1;
      await tx.run(INSERT, ['p', new Date()]);
      await terminateAll();
      await tx.query(COUNT);
    });
    await expect(write).rejects.toThrow(DatabaseUnavailableError);
    expect(runs).toBe(1);
    expect(await database.query(COUNT)).toEqual([{ n: 0 }]);
  });

  it('is an outage until the server is back', async () => {
    const server = await LocalPostgres.start();
    try {
      url = await server.createDatabase();
      const database = await open();
      await server.kill();
      await expect(database.query(COUNT)).rejects.toThrow(DatabaseUnavailableError);
      await expect(database.write([ANN], (tx) => tx.run(COUNT))).rejects.toThrow(DatabaseUnavailableError);
      await expect(database.ping()).rejects.toThrow(DatabaseUnavailableError);
      await server.restart();
      await database.ping();
      expect(await database.write([ANN], (tx) => tx.run(INSERT, ['p', new Date()]))).toBe(1);
    } finally {
      await Promise.all(opened.splice(0).map((each) => each.close()));
      await server.stop();
    }
  });
});

describe('A limit of time', () => {
  it('stops a statement on the server, too', async () => {
    const database = await open({ readLimitMs: 200 });
    await expect(database.query('SELECT pg_sleep(60)')).rejects.toThrow(DatabaseUnavailableError);
    const running = await queryUrl(
      url,
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()",
    );
    expect(running).toEqual([]);
    expect(await database.query(COUNT)).toEqual([{ n: 0 }]);
  });

  it('ends a unit of work that waits for something else, and rolls it back', async () => {
    const database = await open({ workLimitMs: 300 });
    const write = database.write([ANN], async (tx) => {
      await tx.run(INSERT, ['p', new Date()]);
      await new Promise(() => undefined);
    });
    await expect(write).rejects.toThrow(DatabaseUnavailableError);
    expect(await database.query(COUNT)).toEqual([{ n: 0 }]);
    expect(await database.write([ANN], (tx) => tx.run(INSERT, ['q', new Date()]))).toBe(1);
  });
});

describe('Units of work', () => {
  it('of one user leave connections for other users', async () => {
    const database = await open({ poolSize: 3, workLimitMs: 200_000 });
    const release = Promise.withResolvers<void>();
    let started = 0;
    const busy = Array.from({ length: 20 }, () =>
      database.write([ANN], async (tx) => {
        started += 1;
        await tx.query(COUNT);
        await release.promise;
      }),
    );
    // All of these finish while the units of work of the first user hold or wait for their scope.
    for (let round = 0; round < 20; round++) {
      await database.query(COUNT);
      await database.write([BOB], (tx) => tx.run(INSERT, [`b${round}`, new Date()]));
    }
    expect(started).toBe(1);
    release.resolve();
    await Promise.all(busy);
    expect(started).toBe(20);
  });

  it('of one scope are serialized across processes', async () => {
    const [one, two] = [await open(), await open()];
    await one.write([ANN], (tx) =>
      tx.run(
        "INSERT INTO users (id, email, created_date, last_login, settings) VALUES ('ann', 'a', $1, $1, '{}')",
        [new Date()],
      ),
    );
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        (n % 2 === 0 ? one : two).write([ANN], async (tx) => {
          const [row] = await tx.query<{ used: number }>('SELECT storage_used AS used FROM users');
          await tx.run('UPDATE users SET storage_used = $1', [(row?.used ?? 0) + 1]);
        }),
      ),
    );
    expect(await one.query('SELECT storage_used AS used FROM users')).toEqual([{ used: 60 }]);
  });

  it('that deadlock without scopes are repeated', async () => {
    const database = await open();
    for (const id of ['a', 'b']) await database.write([], (tx) => tx.run(INSERT, [id, new Date()]));
    const update = (first: string, second: string) =>
      database.write([], async (tx) => {
        for (const id of [first, second]) {
          await tx.run("UPDATE tombstones SET user_id = user_id || 'x' WHERE photo_id = $1", [id]);
          await tx.query('SELECT pg_sleep(0.05)');
        }
      });
    await Promise.all([update('a', 'b'), update('b', 'a'), update('a', 'b'), update('b', 'a')]);
    expect(await database.query('SELECT DISTINCT user_id FROM tombstones')).toEqual([{ user_id: 'annxxxx' }]);
  });
});

it('finds nothing for a text with NUL, which PostgreSQL cannot store', async () => {
  const database = await open();
  expect(await database.query('SELECT 1 FROM photos WHERE id = $1', ['a\0b'])).toEqual([]);
});

it('accepts every time that a Date can hold as a parameter', async () => {
  const database = await open();
  await database.write([], (tx) => tx.run(INSERT, ['p', new Date('2024-05-01T00:00:00Z')]));
  const countAfter = async (ms: number) =>
    (await database.query<{ n: number }>(`${COUNT} WHERE created_date > $1`, [new Date(ms)]))[0]?.n;
  expect(await countAfter(-8.64e15)).toBe(1);
  expect(await countAfter(Date.UTC(-1, 0, 1))).toBe(1);
  expect(await countAfter(8.64e15)).toBe(0);
});

describe('A start', () => {
  it('migrates once if ten instances start at the same time', async () => {
    const databases = await Promise.all(Array.from({ length: 10 }, () => open({ poolSize: 2 })));
    expect(await databases[0]?.query('SELECT id FROM schema_migrations ORDER BY id')).toEqual([{ id: 1 }]);
  });

  it('of the previous release accepts a migration that only adds, and refuses one that removes', async () => {
    const database = await open();
    const record = (id: number, name: string) =>
      database.write([], (tx) =>
        tx.run('INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES ($1, $2, $3, $4)', [
          id,
          name,
          'x',
          new Date(),
        ]),
      );
    await record(2, 'add-albums');
    await (await open()).ping();
    await record(3, 'contract-albums');
    await expect(open()).rejects.toThrow(/newer than this program/);
  });

  it('runs a recomputing migration in batches, and continues one that was interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imgstream-migrations-'));
    try {
      await writeFile(
        join(folder, '0001-notes.sql'),
        'CREATE TABLE notes (id INTEGER PRIMARY KEY, folded VARCHAR)',
      );
      await open({ migrationsFolder: folder });
      await queryUrl(url, 'INSERT INTO notes (id) SELECT * FROM generate_series(1, 25)');
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      await writeFile(
        join(folder, '0002-fold-notes.js'),
        `let batches = 0;
         export async function step(tx) {
           if (++batches === 2 && !globalThis.repeated) { globalThis.repeated = true; throw new Error('interrupted'); }
           return tx.run("UPDATE notes SET folded = 'x' WHERE id IN (SELECT id FROM notes WHERE folded IS NULL LIMIT 10)");
         }`,
      );
      await expect(open({ migrationsFolder: folder })).rejects.toThrow('interrupted');
      expect(await queryUrl(url, 'SELECT count(*) AS n FROM notes WHERE folded IS NULL')).toEqual([
        { n: '15' },
      ]);
      const database = await open({ migrationsFolder: folder });
      expect(await database.query('SELECT count(*) AS n FROM notes WHERE folded IS NULL')).toEqual([
        { n: 0 },
      ]);
      expect(await database.query('SELECT max(id) AS id FROM schema_migrations')).toEqual([{ id: 2 }]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['with a wrong password', (right: URL) => (right.password = 'wrong-secret'), 'refused the user'],
    ['without its database', (right: URL) => (right.pathname = '/nowhere'), 'does not exist'],
    [
      'with a missing CA file',
      (right: URL) => (right.search = '?sslmode=verify-full&sslrootcert=/nowhere.pem'),
      'ENOENT',
    ],
  ])('%s explains the problem and hides the password', async (_case, spoil, words) => {
    const wrong = new URL(url);
    spoil(wrong);
    const failure = await open({ url: wrong.href }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseStartError);
    expect(String(failure)).toContain(words);
    expect(String(failure)).not.toMatch(/wrong-secret|imgstream:imgstream/);
  });
});
