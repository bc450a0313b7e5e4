import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { DatabaseStartError } from '../database-start-error.ts';
import { DuckDbDatabase } from './duckdb-database.ts';

const execute = promisify(execFile);

describe('The database file', () => {
  let folder: string;
  let dataDir: string;
  let file: string;
  const opened: DuckDbDatabase[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    dataDir = join(folder, 'data', 'library');
    file = join(dataDir, 'imgstream.duckdb');
    await mkdir(join(folder, 'migrations'));
    await writeFile(
      join(folder, 'migrations', '0001-notes.sql'),
      'CREATE TABLE notes (id VARCHAR PRIMARY KEY, owner VARCHAR, slug VARCHAR, UNIQUE (owner, slug))',
    );
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (directory = dataDir) => {
    const database = await DuckDbDatabase.open({
      dataDir: directory,
      migrationsFolder: join(folder, 'migrations'),
    });
    opened.push(database);
    return database;
  };
  /** Creates and closes a file with the rows n0, n1, ... */
  const make = async (rows = 3) => {
    const database = await open();
    await database.write([], (tx) =>
      tx.run(`INSERT INTO notes SELECT 'n' || i, 'ann', 's' || i FROM range($1) AS r (i)`, [rows]),
    );
    await database.close();
  };
  const refusal = async () => {
    const error = await open().catch((caught: unknown) => caught);
    if (error instanceof DatabaseStartError) return error.message;
    throw new Error('The database was opened.');
  };
  /** Hashes of the file and its write-ahead log. */
  const hashes = async () => ({
    file: hash(await readFile(file)),
    wal: hash(await readFile(`${file}.wal`).catch(() => Buffer.alloc(0))),
  });
  /** Opens the file from another process, and returns the outcome: 'opened' or the error. */
  const openElsewhere = async () => {
    const engine = JSON.stringify(new URL('duckdb-database.ts', import.meta.url).href);
    const script = `
      const { DuckDbDatabase } = await import(${engine});
      try {
        const database = await DuckDbDatabase.open(${JSON.stringify({ dataDir, migrationsFolder: join(folder, 'migrations') })});
        await database.close();
        console.log('opened');
      } catch (error) {
        console.log(error.name + ': ' + error.message);
      }`;
    const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script]);
    return stdout.trim();
  };

  it('is created in the data folder, with a temporary folder', async () => {
    const database = await open();
    expect(database.capabilities.severalProcesses).toBe(false);
    expect((await readdir(dataDir)).toSorted()).toEqual(expect.arrayContaining(['imgstream.duckdb', 'temp']));
    expect(await readdir(join(dataDir, 'temp'))).toEqual(['duckdb']);
  });

  it('has no log after a clean close', async () => {
    await make();
    expect((await readdir(dataDir)).toSorted()).toEqual(['commits', 'imgstream.duckdb', 'temp']);
  });

  it('can be open in only one process', async () => {
    await make();
    const database = await open();
    const outcome = await openElsewhere();
    expect(outcome).toContain('DatabaseStartError');
    expect(outcome).toContain(`${file} is in use by another process (${process.pid})`);
    expect(outcome).toContain('DATA_DIR');
    await database.ping();
    await database.close();
    expect(await openElsewhere()).toBe('opened');
  });

  it('can be opened only once in a process, even through another path', async () => {
    const database = await open();
    await symlink(dataDir, join(folder, 'other-way'));
    await expect(open()).rejects.toThrow('is already open in this process');
    await expect(open(join(folder, 'other-way'))).rejects.toThrow('is already open in this process');
    expect(await openElsewhere()).toContain('is in use by another process');
    await database.close();
    await open(join(folder, 'other-way'));
  });

  it('is opened by exactly one of several concurrent calls', async () => {
    await make();
    const outcomes = await Promise.allSettled([open(), open(), open()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await opened.at(-1)?.ping();
  });

  describe('is not changed, and the start fails with advice, if it is', () => {
    it.each<[string, (content: Buffer) => void]>([
      ['not a database', (content) => content.fill('hello '.repeat(20))],
      ['a file with a wrong magic number', (content) => content.write('QUACK', 8)],
      ['a file with a damaged header', (content) => content.fill(0xff, 4096, 4196)],
      ['a file with a damaged block', (content) => content.fill(0x11, 12_388, 12_488)],
    ])('%s', async (_case, damage) => {
      await make(5_000);
      const content = await readFile(file);
      damage(content);
      await writeFile(file, content);
      const message = await refusal();
      expect(message).toContain(`${file} is damaged`);
      expect(message).toContain('Restore a backup');
      expect((await hashes()).file).toBe(hash(content));
    });

    it.each([0, 100, 5_000])('truncated to %d bytes', async (length) => {
      await make();
      await truncate(file, length);
      const before = await hashes();
      expect(await refusal()).toContain(`${file} is damaged`);
      expect(await hashes()).toEqual(before);
    });

    it('accompanied by a damaged write-ahead log', async () => {
      await make();
      for (let n = 0; n < 20; n++) await runRaw(file, `INSERT INTO notes (id) VALUES ('late${n}')`);
      const wal = await readFile(`${file}.wal`);
      wal.write('L', wal.indexOf('late10'));
      await writeFile(`${file}.wal`, wal);
      const before = await hashes();
      expect(await refusal()).toContain(`${file}.wal is damaged`);
      expect(await hashes()).toEqual(before);
    });

    it('damaged in a block that the replay of the write-ahead log reads', async () => {
      await make(5_000);
      await runRaw(file, `INSERT INTO notes VALUES ('late', 'ann', 'late')`);
      const [good, log] = [await readFile(file), await readFile(`${file}.wal`)];
      const messages: string[] = [];
      for (let at = 12_288 + 50_000; at < good.length; at += 262_144) {
        const content = Buffer.from(good);
        content.writeUInt8(content.readUInt8(at) ^ 4, at);
        await writeFile(file, content);
        await writeFile(`${file}.wal`, log);
        const before = await hashes();
        const message = await open().then(
          () => opened.pop()?.close(),
          (error: unknown) => String(error),
        );
        if (message === undefined) continue;
        expect(message).toContain(`${file} is damaged`);
        expect(await hashes()).toEqual(before);
        messages.push(message);
      }
      expect(messages.join()).toContain('replaying WAL');
    });

    it('accompanied by the write-ahead log of another file', async () => {
      await make();
      const backup = join(folder, 'backup.duckdb');
      await copyFile(file, backup);
      await runRaw(file, `INSERT INTO notes VALUES ('late', 'ann', 'late')`);
      await runRaw(backup, `INSERT INTO notes VALUES ('late', 'ann', 'late'); CHECKPOINT`);
      await copyFile(backup, file);
      const before = await hashes();
      const message = await refusal();
      expect(message).toMatch(/damaged|inconsistent/);
      expect(message).toContain('.wal');
      expect(await hashes()).toEqual(before);
    });

    it('of a newer version of the format', async () => {
      await make();
      const content = await readFile(file);
      content.writeBigUInt64LE(999n, 12);
      content.writeBigUInt64LE(checksum(content.subarray(8, 4096)), 0);
      await writeFile(file, content);
      const message = await refusal();
      expect(message).toContain(`${file} was written by a newer version`);
      expect(message).toContain('Run the release that wrote it');
      expect((await hashes()).file).toBe(hash(content));
    });

    it('a folder', async () => {
      await mkdir(file, { recursive: true });
      expect(await refusal()).toContain(`${file} cannot be opened`);
    });

    it('in a data folder that cannot be created', async () => {
      await writeFile(join(folder, 'data'), '');
      expect(await refusal()).toContain(`The folder ${dataDir} could not be created`);
    });
  });

  it('is opened by the same process after it is repaired', async () => {
    await make();
    const good = await readFile(file);
    await writeFile(file, 'garbage');
    await refusal();
    await writeFile(file, good);
    const database = await open();
    expect(await database.query('SELECT count(*) AS rows FROM notes')).toEqual([{ rows: 3 }]);
  });

  it.each([1, 7, 60])(
    'is opened without a last write whose log record lacks %d bytes after a crash',
    async (missing) => {
      await make();
      await runRaw(file, `INSERT INTO notes (id) VALUES ('whole')`);
      await runRaw(file, `INSERT INTO notes (id) VALUES ('cut off')`);
      const wal = await readFile(`${file}.wal`);
      await truncate(`${file}.wal`, wal.length - missing);
      const database = await open();
      expect(await database.query(`SELECT id FROM notes WHERE slug IS NULL`)).toEqual([{ id: 'whole' }]);
      await database.write([], (tx) => tx.run(`INSERT INTO notes (id) VALUES ('next')`));
      await database.close();
      const again = await open();
      expect(await again.query('SELECT count(*) AS rows FROM notes')).toEqual([{ rows: 5 }]);
    },
  );

  describe('is the only file that SQL can access:', () => {
    it.each([
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM glob('/*')",
      "SELECT * FROM 'imgstream.parquet'",
      "SELECT getenv('HOME')",
    ])('not %s', async (sql) => {
      const database = await open();
      await expect(database.query(sql)).rejects.toThrow(/disabled by configuration|does not exist/);
      await database.ping();
    });

    it.each([
      "ATTACH '/tmp/other.duckdb'",
      "COPY notes TO '/tmp/notes.csv'",
      "COPY notes FROM '/etc/passwd'",
      "EXPORT DATABASE '/tmp/notes'",
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      'SET lock_configuration = false',
      'SET memory_limit = "100GB"',
      'RESET memory_limit',
      'CHECKPOINT',
      'CALL pragma_version()',
    ])('not %s', async (sql) => {
      const database = await open();
      await expect(database.query(sql)).rejects.toThrow();
      await expect(database.write([], (tx) => tx.run(sql))).rejects.toThrow();
      await database.ping();
    });

    it('with locked settings', async () => {
      const database = await open();
      const rows = await database.query<{ name: string; value: string }>(
        `SELECT name, value FROM duckdb_settings() WHERE name IN ('memory_limit', 'temp_directory',
         'max_temp_directory_size', 'autoinstall_known_extensions', 'autoload_known_extensions',
         'allow_community_extensions', 'allow_unsigned_extensions', 'enable_external_access', 'lock_configuration')`,
      );
      expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
        memory_limit: '512.0 MiB',
        temp_directory: join(dataDir, 'temp', 'duckdb'),
        max_temp_directory_size: '4.0 GiB',
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        allow_community_extensions: 'false',
        allow_unsigned_extensions: 'false',
        enable_external_access: 'false',
        lock_configuration: 'true',
      });
    });
  });

  it('is queried with spilling to the temporary folder if the memory does not suffice', async () => {
    const database = await open();
    const spilled = new Set<string>();
    const query = database.query(
      `SELECT text FROM (SELECT hash(i) AS h, repeat(CAST(hash(i) AS VARCHAR), 4) AS text FROM range(4000000) AS r (i)
       ORDER BY h LIMIT 1 OFFSET 3000000)`,
    );
    const watched = new AbortController();
    const watch = async () => {
      while (!watched.signal.aborted) {
        for (const name of await readdir(join(dataDir, 'temp', 'duckdb'))) spilled.add(name);
        await delay(10);
      }
    };
    const watching = watch();
    expect(await query).toHaveLength(1);
    watched.abort();
    await watching;
    expect(spilled.size).toBeGreaterThan(0);
    await database.close();
    expect(await readdir(join(dataDir, 'temp', 'duckdb'))).toEqual([]);
  });
});

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Runs statements on the closed file with DuckDB's own client. Their changes stay in the write-ahead log. */
async function runRaw(path: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(`PRAGMA disable_checkpoint_on_shutdown; ${sql}`);
  connection.closeSync();
  instance.closeSync();
}

/** Computes DuckDB's checksum of a block, as src/common/checksum.cpp of its source does. */
function checksum(block: Buffer): bigint {
  let sum = 5381n;
  for (let at = 0; at < block.length; at += 8) {
    sum ^= BigInt.asUintN(64, block.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n);
  }
  return sum;
}
