import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { UniqueViolationError } from '../database.ts';
import { DuckDbDatabase } from './duckdb-database.ts';

const ROWS = 60_000;
const ARRANGE = {
  tables: [{ table: 'notes', group: 'owner', column: 'made', uncompressed: ['body'] }],
  quietMs: 50,
  fewestRows: 1_000,
};
const FILL = `INSERT INTO notes SELECT 'n' || i, 'o' || (i % 997), 's' || i, TIMESTAMP '2020-01-01' + to_seconds(CAST(hash(i) % 1000000 AS BIGINT)), repeat('x', 200) FROM range(${ROWS}) AS r (i)`;

describe('Arranger', () => {
  let dataDir: string;
  let migrationsFolder: string;
  let database: DuckDbDatabase | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-arranger-'));
    migrationsFolder = join(dataDir, 'migrations');
    await mkdir(migrationsFolder);
    await writeFile(
      join(migrationsFolder, '0001-notes.sql'),
      'CREATE TABLE notes (id VARCHAR PRIMARY KEY, owner VARCHAR NOT NULL, slug VARCHAR, made TIMESTAMP NOT NULL, body VARCHAR, UNIQUE (owner, slug))',
    );
  });

  afterEach(async () => {
    await database?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const open = (arrange: object = {}) =>
    DuckDbDatabase.open({ dataDir, migrationsFolder, arrange: { ...ARRANGE, ...arrange } });
  const idle = { quietMs: 600_000 };

  async function misplaced(from: DuckDbDatabase): Promise<number> {
    const [row] = await from.query<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT owner, made, lag(owner) OVER () AS o, lag(made) OVER () AS a FROM notes)
       WHERE owner < o OR (owner = o AND made > a)`,
    );
    return row?.n ?? -1;
  }

  async function sum(from: DuckDbDatabase): Promise<unknown> {
    const [row] = await from.query(
      `SELECT count(*) AS rows, count(DISTINCT id) AS ids, CAST(bit_xor(hash(id, owner, slug, made, body)) AS VARCHAR) AS hash FROM notes`,
    );
    return row;
  }

  async function untilInOrder(from: DuckDbDatabase): Promise<void> {
    const until = Date.now() + 30_000;
    while ((await misplaced(from)) > 0) {
      if (Date.now() > until) throw new Error('The rows are not in order after 30 s.');
      await delay(50);
    }
  }

  it('sorts the rows while no writes run, and preserves every row and both keys', async () => {
    database = await open();
    await database.write([], (tx) => tx.run(FILL));
    const before = await sum(database);
    await untilInOrder(database);
    expect(await sum(database)).toEqual(before);
    const sameId = database.write([], (tx) =>
      tx.run("INSERT INTO notes (id, owner, made) VALUES ('n5', 'x', now())"),
    );
    await expect(sameId).rejects.toThrow(UniqueViolationError);
    const sameSlug = database.write([], (tx) =>
      tx.run("INSERT INTO notes (id, owner, slug, made) VALUES ('new', 'o5', 's5', now())"),
    );
    await expect(sameSlug).rejects.toThrow(UniqueViolationError);
    await database.close();
    database = await open(idle);
    expect(await sum(database)).toEqual(before);
    expect(await misplaced(database)).toBe(0);
    expect(await database.query("SELECT slug FROM notes WHERE id = 'n5'")).toEqual([{ slug: 's5' }]);
    const stored = await database.query(
      "SELECT DISTINCT compression FROM pragma_storage_info('notes') WHERE column_name = 'body' AND segment_type = 'VARCHAR'",
    );
    expect(stored).toEqual([{ compression: 'Uncompressed' }]);
  });

  it('yields to writes, and loses none of them', async () => {
    database = await open({ quietMs: 5 });
    await database.write([], (tx) => tx.run(FILL));
    for (let n = 0; n < 40; n++) {
      const id = `w${n}`;
      await database.write([], (tx) =>
        tx.run('INSERT INTO notes (id, owner, made) VALUES ($1, $1, now())', [id]),
      );
      await delay((n * 7) % 60);
    }
    await untilInOrder(database);
    const [row] = await database.query("SELECT count(*) AS n FROM notes WHERE id LIKE 'w%'");
    expect(row).toEqual({ n: 40 });
    expect(await sum(database)).toMatchObject({ rows: ROWS + 40, ids: ROWS + 40 });
  });

  it('stops when the database closes', async () => {
    database = await open({ quietMs: 20 });
    await database.write([], (tx) => tx.run(FILL));
    const before = await sum(database);
    await delay(60);
    await database.close();
    database = await open(idle);
    expect(await sum(database)).toEqual(before);
  });

  it('retries after a failure', async () => {
    database = await open({ retryMs: 100 });
    await database.write([], (tx) => tx.run('CREATE TABLE notes_arranged (id VARCHAR)'));
    await database.write([], (tx) => tx.run(FILL));
    await delay(400);
    expect(await misplaced(database)).toBeGreaterThan(0);
    await database.write([], (tx) => tx.run('DROP TABLE notes_arranged'));
    await untilInOrder(database);
  });

  it('does not rewrite a table with few misplaced rows or too many rows', async () => {
    for (const bounds of [{ fewestRows: ROWS }, { mostRows: ROWS - 1 }]) {
      database = await open(bounds);
      if (bounds.fewestRows) await database.write([], (tx) => tx.run(FILL));
      else await database.write([], (tx) => tx.run("UPDATE notes SET body = 'y' WHERE id = 'n1'"));
      const before = await misplaced(database);
      await delay(400);
      expect(await misplaced(database)).toBe(before);
      await database.close();
    }
  });

  it('leaves an intact table when the process is killed at any moment', async () => {
    database = await open(idle);
    await database.write([], (tx) => tx.run(FILL));
    const before = await sum(database);
    await database.close();
    const engine = JSON.stringify(new URL('duckdb-database.ts', import.meta.url).href);
    const options = JSON.stringify({ dataDir, migrationsFolder, arrange: { ...ARRANGE, quietMs: 20 } });
    const script = `const { DuckDbDatabase } = await import(${engine}); await DuckDbDatabase.open(${options});
      console.log('open'); setInterval(() => {}, 1000);`;
    for (const afterMs of [60, 150, 300, 500, 800, 1_200]) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
      await once(createInterface({ input: child.stdout }), 'line');
      await delay(afterMs);
      child.kill('SIGKILL');
      await once(child, 'exit');
      database = await open(idle);
      expect(await sum(database)).toEqual(before);
      const twice = database.write([], (tx) =>
        tx.run("INSERT INTO notes (id, owner, made) VALUES ('n7', 'x', now())"),
      );
      await expect(twice).rejects.toThrow(UniqueViolationError);
      expect(await database.query("SELECT id FROM notes WHERE owner = 'o7' AND slug = 's7'")).toEqual([
        { id: 'n7' },
      ]);
      await database.close();
    }
  });
});
