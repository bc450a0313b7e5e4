import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseStartError } from '../database-start-error.ts';
import { DuckDbDatabase } from './duckdb-database.ts';

describe('Migrations of a DuckDbDatabase', () => {
  let dataDir: string;
  let migrationsFolder: string;
  let open: DuckDbDatabase | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    migrationsFolder = join(dataDir, 'migrations');
    await mkdir(migrationsFolder);
    await put('0001-notes.sql', "CREATE TABLE notes (id VARCHAR PRIMARY KEY, text VARCHAR DEFAULT ';')");
  });

  afterEach(async () => {
    await open?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const put = (name: string, sql: string) => writeFile(join(migrationsFolder, name), sql);
  /** Reopens the database, which applies the migrations. */
  const start = async () => {
    await open?.close();
    open = undefined;
    open = await DuckDbDatabase.open({ dataDir, migrationsFolder });
    return open;
  };

  it('are applied once and in order, with any statements and comments', async () => {
    await put(
      '0002-tags.sql',
      `-- A table; and its first row.
       CREATE TABLE tags (id VARCHAR PRIMARY KEY, note VARCHAR);
       /* ; */ INSERT INTO tags VALUES ('a;b', '--');
       ALTER TABLE tags ADD COLUMN colour VARCHAR;
       `,
    );
    const first = await start();
    expect(await applied(first)).toEqual(['1 notes', '2 tags']);
    expect(await first.query('SELECT * FROM tags')).toEqual([{ id: 'a;b', note: '--', colour: null }]);
    await put('0003-more.sql', "INSERT INTO tags (id) VALUES ('c')");
    const second = await start();
    expect(await applied(second)).toEqual(['1 notes', '2 tags', '3 more']);
    const third = await start();
    expect(await third.query('SELECT count(*) AS rows FROM tags')).toEqual([{ rows: 2 }]);
  });

  it('can recreate a table with its rows', async () => {
    const before = await start();
    await before.write([], (tx) => tx.run("INSERT INTO notes VALUES ('a', 'one'), ('b', 'two')"));
    await put(
      '0002-notes-with-length.sql',
      `CREATE TABLE notes_new (id VARCHAR PRIMARY KEY, text VARCHAR NOT NULL UNIQUE, length INTEGER NOT NULL);
       INSERT INTO notes_new SELECT id, text, length(text) FROM notes ORDER BY id;
       DROP TABLE notes;
       ALTER TABLE notes_new RENAME TO notes;`,
    );
    const after = await start();
    expect(await after.query('SELECT * FROM notes ORDER BY id')).toEqual([
      { id: 'a', text: 'one', length: 3 },
      { id: 'b', text: 'two', length: 3 },
    ]);
    const again = await start();
    await expect(again.write([], (tx) => tx.run("INSERT INTO notes VALUES ('c', 'one', 3)"))).rejects.toThrow(
      'key already',
    );
    expect(await tables(again)).toEqual(['commit_count', 'notes', 'schema_migrations']);
  });

  it.each([
    [
      'fails in its second statement',
      'CREATE TABLE half (id VARCHAR); INSERT INTO nowhere VALUES (1);',
      /nowhere/,
    ],
    ['does not parse', 'CREATE TABLE half (id VARCHAR); CREATE TABEL other (id VARCHAR);', /TABEL/],
    [
      'creates an index',
      'CREATE TABLE half (id VARCHAR); CREATE INDEX half_id ON half (id);',
      /the index half_id; with DuckDB/,
    ],
    ['creates a unique index', 'CREATE UNIQUE INDEX notes_text ON notes (text);', /the index notes_text/],
    [
      'creates a foreign key',
      'CREATE TABLE half (id VARCHAR, note VARCHAR REFERENCES notes (id));',
      /the foreign key of half; with DuckDB/,
    ],
    ['commits', 'CREATE TABLE half (id VARCHAR); COMMIT;', /does not accept TRANSACTION/],
    ['is empty', '-- nothing yet', /0002-bad/],
  ])('stop the start and change nothing if one %s', async (_case, sql, message) => {
    await put('0002-bad.sql', sql);
    const starting = start();
    await expect(starting).rejects.toThrow(DatabaseStartError);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toThrow(join(dataDir, 'imgstream.duckdb'));
    await rm(join(migrationsFolder, '0002-bad.sql'));
    const database = await start();
    expect(await applied(database)).toEqual(['1 notes']);
    expect(await tables(database)).toEqual(['commit_count', 'notes', 'schema_migrations']);
  });

  it('stop the start if an applied one was changed or is missing', async () => {
    await put('0002-tags.sql', 'CREATE TABLE tags (id VARCHAR);');
    await start();
    await put('0002-tags.sql', 'CREATE TABLE tags (id INTEGER);');
    await expect(start()).rejects.toThrow('0002-tags differs from 0002-tags');
    await rm(join(migrationsFolder, '0002-tags.sql'));
    await expect(start()).rejects.toThrow('newer than this program');
    await put('0002-tags.sql', 'CREATE TABLE tags (id VARCHAR);');
    expect(await applied(await start())).toEqual(['1 notes', '2 tags']);
  });
});

async function applied(database: DuckDbDatabase): Promise<string[]> {
  const rows = await database.query<{ id: number; name: string; applied_at: Date }>(
    'SELECT id, name, applied_at FROM schema_migrations ORDER BY id',
  );
  for (const row of rows) expect(row.applied_at).toBeInstanceOf(Date);
  return rows.map(({ id, name }) => `${id} ${name}`);
}

async function tables(database: DuckDbDatabase): Promise<string[]> {
  const rows = await database.query<{ table_name: string }>(
    'SELECT table_name FROM duckdb_tables() ORDER BY table_name',
  );
  return rows.map(({ table_name }) => table_name);
}
