import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DatabaseStartError } from '../../database-start-error.ts';
import { DuckDbDatabase } from '../duckdb-database.ts';

describe('The commit count beside the database', () => {
  let folder: string;
  let dataDir: string;
  let file: string;
  let database: DuckDbDatabase | null = null;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    dataDir = join(folder, 'data');
    file = join(dataDir, 'imgstream.duckdb');
    await mkdir(join(folder, 'migrations'));
    await writeFile(
      join(folder, 'migrations', '0001-notes.sql'),
      'CREATE TABLE notes (id VARCHAR PRIMARY KEY, body VARCHAR)',
    );
  });

  afterEach(async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (recover = false) => {
    const migrationsFolder = join(folder, 'migrations');
    database = await DuckDbDatabase.open({ dataDir, migrationsFolder, recover });
    return database;
  };
  const close = async () => {
    await database?.close();
    database = null;
  };
  const add = async (id: string) =>
    database?.write([], (tx) => tx.run('INSERT INTO notes VALUES ($1, $2)', [id, 'x'.repeat(100)]));
  const ids = async () =>
    (await database?.query<{ id: string }>('SELECT id FROM notes ORDER BY id'))?.map(({ id }) => id);
  const count = async () => (await database?.query('SELECT commits AS n FROM commit_count'))?.[0]?.['n'];
  const mark = () => readFile(join(dataDir, 'commits'), 'utf8').catch(() => null);
  const content = async () => {
    const names = (await readdir(dataDir)).filter((name) => name !== 'temp').toSorted();
    return Promise.all(names.map(async (name) => [name, await readFile(join(dataDir, name), 'base64')]));
  };
  /** Creates the files that a killed process leaves, with three notes in the database file and three in the log. */
  const crashed = async () => {
    await open();
    for (const id of ['a', 'b', 'c']) await add(id);
    await close();
    await open();
    for (const id of ['d', 'e', 'f']) await add(id);
    const live = dataDir;
    dataDir = join(folder, 'crashed');
    file = join(dataDir, 'imgstream.duckdb');
    await mkdir(dataDir);
    for (const name of ['imgstream.duckdb', 'imgstream.duckdb.wal', 'commits'])
      await copyFile(join(live, name), join(dataDir, name));
    await close();
  };
  const refusal = async () => {
    const before = await content();
    const error = await open().catch((caught: unknown) => caught);
    if (!(error instanceof DatabaseStartError)) throw new Error('The database was opened.');
    expect(await content()).toEqual(before);
    return error.message;
  };

  it('grows with each commit that changed something, before the write is acknowledged', async () => {
    await open();
    expect([await count(), await mark()]).toEqual([0, null]);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await add(id);
      expect(Number((await mark())?.slice(0, 16))).toBe(index + 1);
    }
    await database?.write([], (tx) => tx.query('SELECT 1'));
    await database?.write([], (tx) => tx.run(`DELETE FROM notes WHERE id = 'z'`));
    await database
      ?.write([], async (tx) => {
        await tx.run(`DELETE FROM notes`);
        throw new Error('No.');
      })
      .catch(() => undefined);
    expect(await count()).toBe(3);
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(`n${n}`)));
    const together = Number(await count());
    expect(Number((await mark())?.slice(0, 16))).toBe(together);
    expect(together).toBeLessThan(23);
    await close();
    await open();
    expect(await count()).toBe(together);
  });

  it('attests a complete database after a crash and after a close, but not without a count', async () => {
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(false);
    await add('0');
    await close();
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(true);
    await close();
    await crashed();
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(true);
    expect(await ids()).toEqual(['0', 'a', 'b', 'c', 'd', 'e', 'f']);
    await close();
    await rm(join(dataDir, 'commits'));
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(false);
  });

  it.each<[string, (text: Buffer) => Buffer]>([
    ['a flipped bit', (text) => Buffer.concat([Buffer.of(text.readUInt8(0) ^ 1), text.subarray(1)])],
    ['a missing byte', (text) => text.subarray(0, -1)],
    ['zeros', (text) => Buffer.alloc(text.length)],
    ['nothing', () => Buffer.alloc(0)],
  ])('is ignored with %s, and rewritten at the next commit', async (_case, damage) => {
    await crashed();
    await writeFile(join(dataDir, 'commits'), damage(await readFile(join(dataDir, 'commits'))));
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(false);
    await add('g');
    const text = await mark();
    expect(Number(text?.slice(0, 16))).toBe(7);
    expect(text).toHaveLength(26);
    await close();
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(true);
  });

  it('may be lower than in the database, after a crash between the commit and its count', async () => {
    await crashed();
    const before = await readFile(join(dataDir, 'commits'));
    await open();
    await add('g');
    await close();
    await writeFile(join(dataDir, 'commits'), before);
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(true);
    await add('h');
    expect(Number((await mark())?.slice(0, 16))).toBe(8);
  });

  describe('prevents the start, without changing a file, if', () => {
    it('the log lacks the end of its last record', async () => {
      await crashed();
      await truncate(`${file}.wal`, (await stat(`${file}.wal`)).size - 9);
      expect(await refusal()).toContain(`${file} lacks 1 of the 6 acknowledged changes`);
    });

    it('the log ends between two records, which DuckDB does not detect', async () => {
      await crashed();
      const log = await readFile(`${file}.wal`);
      await truncate(`${file}.wal`, await endOfRecords(file, log, 4));
      expect(await refusal()).toContain(`${file} lacks 2 of the 6 acknowledged changes`);
    });

    it('the log is missing', async () => {
      await crashed();
      await rm(`${file}.wal`);
      const message = await refusal();
      expect(message).toContain(`${file} lacks 3 of the 6 acknowledged changes`);
      expect(message).toContain('RECOVER_DATABASE=true');
    });

    it('the database file is missing, with or without its log', async () => {
      await crashed();
      await rm(file);
      // Without this check, DuckDB deletes the log.
      expect(await refusal()).toContain(`${file} is missing, but its log ${file}.wal exists`);
      await expect(open(true)).rejects.toThrow('move the log away');
      expect(await readdir(dataDir)).toEqual(['commits', 'imgstream.duckdb.wal']);
      await rm(`${file}.wal`);
      expect(await refusal()).toContain(`${file} is missing, with 6 acknowledged changes`);
    });

    it('the database file is an older copy', async () => {
      await crashed();
      await copyFile(file, join(folder, 'old'));
      await open();
      await add('g');
      await close();
      await copyFile(join(folder, 'old'), file);
      expect(await refusal()).toContain(`${file} lacks 4 of the 7 acknowledged changes`);
    });
  });

  it('accepts a loss once if `recover` is set, and continues to count', async () => {
    await crashed();
    await rm(`${file}.wal`);
    expect((await open(true)).capabilities.provesAcknowledgedWrites).toBe(false);
    expect(await ids()).toEqual(['a', 'b', 'c']);
    expect(await count()).toBe(6);
    await close();
    expect((await open()).capabilities.provesAcknowledgedWrites).toBe(true);
    await add('g');
    expect(Number((await mark())?.slice(0, 16))).toBe(7);
    await close();
    await rm(file);
    expect((await open(true)).capabilities.provesAcknowledgedWrites).toBe(false);
    expect([await ids(), await count()]).toEqual([[], 7]);
  });
});

/** Finds the greatest length of the log at which DuckDB replays exactly `commits` commits. */
async function endOfRecords(file: string, log: Buffer, commits: number): Promise<number> {
  let [long, tooLong] = [0, log.length];
  while (tooLong - long > 1) {
    const length = Math.floor((long + tooLong) / 2);
    if ((await commitsIn(file, log.subarray(0, length))) > commits) tooLong = length;
    else long = length;
  }
  expect(await commitsIn(file, log.subarray(0, long))).toBe(commits);
  return long;
}

/** Returns the number of commits that DuckDB finds in a copy of the file with this log. */
async function commitsIn(file: string, log: Buffer): Promise<number> {
  const trial = `${file}.trial`;
  await copyFile(file, trial);
  await writeFile(`${trial}.wal`, log);
  const instance = await DuckDBInstance.create(trial);
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll('SELECT max(commits) AS n FROM commit_count');
  const [row] = rows.getRowObjects();
  connection.closeSync();
  instance.closeSync();
  await rm(trial);
  await rm(`${trial}.wal`, { force: true });
  return Number(row?.['n']);
}
