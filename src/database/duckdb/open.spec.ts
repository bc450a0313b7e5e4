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

describe('The file of a DuckDbDatabase', () => {
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
  /** A closed file with the rows n0, n1, ... */
  const make = async (rows = 3) => {
    const database = await open();
    await database.write((tx) =>
      tx.run(`INSERT INTO notes SELECT 'n' || i, 'ann', 's' || i FROM range($1) AS r (i)`, [rows]),
    );
    await database.close();
  };
  const refusal = async () => {
    const error = await open().catch((caught: unknown) => caught);
    if (error instanceof DatabaseStartError) return error.message;
    throw new Error('It was opened.');
  };
  /** The file and its write-ahead log, as a hash of each. */
  const bytes = async () => ({
    file: hash(await readFile(file)),
    wal: hash(await readFile(`${file}.wal`).catch(() => Buffer.alloc(0))),
  });
  /** Opens it from another process, and gives what that says. */
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

  it('is made in the data folder, with the temporary folder', async () => {
    const database = await open();
    expect(database.exclusive).toBe(true);
    expect((await readdir(dataDir)).toSorted()).toEqual(expect.arrayContaining(['imgstream.duckdb', 'temp']));
    expect(await readdir(join(dataDir, 'temp'))).toEqual(['duckdb']);
  });

  it('is everything there is after a clean close', async () => {
    await make();
    expect((await readdir(dataDir)).toSorted()).toEqual(['commits', 'imgstream.duckdb', 'temp']);
  });

  it('belongs to one process at a time', async () => {
    await make();
    const database = await open();
    const answer = await openElsewhere();
    expect(answer).toContain('DatabaseStartError');
    expect(answer).toContain(`${file} is in use by another process (${process.pid})`);
    expect(answer).toContain('DATA_DIR');
    await database.ping();
    await database.close();
    expect(await openElsewhere()).toBe('opened');
  });

  it('is opened once in a process, by whatever path', async () => {
    const database = await open();
    await symlink(dataDir, join(folder, 'other-way'));
    await expect(open()).rejects.toThrow('is open in this process already');
    await expect(open(join(folder, 'other-way'))).rejects.toThrow('is open in this process already');
    expect(await openElsewhere()).toContain('is in use by another process');
    await database.close();
    await open(join(folder, 'other-way'));
  });

  it('can be opened by two that race for it once', async () => {
    await make();
    const outcomes = await Promise.allSettled([open(), open(), open()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await opened.at(-1)?.ping();
  });

  describe('at fault is left as it is, and the start fails with advice:', () => {
    it.each<[string, (content: Buffer) => void]>([
      ['no database at all', (content) => content.fill('hello '.repeat(20))],
      ['another magic number', (content) => content.write('QUACK', 8)],
      ['a header with other bytes in it', (content) => content.fill(0xff, 4096, 4196)],
      ['a block with other bytes in it', (content) => content.fill(0x11, 12_388, 12_488)],
    ])('%s', async (_what, damage) => {
      await make(5_000);
      const content = await readFile(file);
      damage(content);
      await writeFile(file, content);
      const message = await refusal();
      expect(message).toContain(`${file} is damaged`);
      expect(message).toContain('Restore a backup');
      expect((await bytes()).file).toBe(hash(content));
    });

    it.each([0, 100, 5_000])('cut off after %d bytes', async (length) => {
      await make();
      await truncate(file, length);
      const before = await bytes();
      expect(await refusal()).toContain(`${file} is damaged`);
      expect(await bytes()).toEqual(before);
    });

    it('a write-ahead log with other bytes in it', async () => {
      await make();
      for (let n = 0; n < 20; n++) await behindItsBack(file, `INSERT INTO notes (id) VALUES ('late${n}')`);
      const wal = await readFile(`${file}.wal`);
      wal.write('L', wal.indexOf('late10'));
      await writeFile(`${file}.wal`, wal);
      const before = await bytes();
      expect(await refusal()).toContain(`${file}.wal is damaged`);
      expect(await bytes()).toEqual(before);
    });

    it('a block that is found at fault when the write-ahead log is replayed', async () => {
      await make(5_000);
      await behindItsBack(file, `INSERT INTO notes VALUES ('late', 'ann', 'late')`);
      const [good, log] = [await readFile(file), await readFile(`${file}.wal`)];
      const messages: string[] = [];
      for (let at = 12_288 + 50_000; at < good.length; at += 262_144) {
        const content = Buffer.from(good);
        content.writeUInt8(content.readUInt8(at) ^ 4, at);
        await writeFile(file, content);
        await writeFile(`${file}.wal`, log);
        const before = await bytes();
        const message = await open().then(
          () => opened.pop()?.close(),
          (error: unknown) => String(error),
        );
        if (message === undefined) continue;
        expect(message).toContain(`${file} is damaged`);
        expect(await bytes()).toEqual(before);
        messages.push(message);
      }
      expect(messages.join()).toContain('replaying WAL');
    });

    it('a write-ahead log that belongs to another file', async () => {
      await make();
      const backup = join(folder, 'backup.duckdb');
      await copyFile(file, backup);
      await behindItsBack(file, `INSERT INTO notes VALUES ('late', 'ann', 'late')`);
      await behindItsBack(backup, `INSERT INTO notes VALUES ('late', 'ann', 'late'); CHECKPOINT`);
      await copyFile(backup, file);
      const before = await bytes();
      const message = await refusal();
      expect(message).toMatch(/damaged|contradicts itself/);
      expect(message).toContain('.wal');
      expect(await bytes()).toEqual(before);
    });

    it('a newer version of the format', async () => {
      await make();
      const content = await readFile(file);
      content.writeBigUInt64LE(999n, 12);
      content.writeBigUInt64LE(checksum(content.subarray(8, 4096)), 0);
      await writeFile(file, content);
      const message = await refusal();
      expect(message).toContain(`${file} was written by a newer version`);
      expect(message).toContain('Run the release that wrote it');
      expect((await bytes()).file).toBe(hash(content));
    });

    it('a folder in its place', async () => {
      await mkdir(file, { recursive: true });
      expect(await refusal()).toContain(`${file} may not be opened`);
    });

    it('a data folder that cannot be made', async () => {
      await writeFile(join(folder, 'data'), '');
      expect(await refusal()).toContain(`The folder ${dataDir} could not be made`);
    });

    it('and is opened by the same process once it is put right', async () => {
      await make();
      const good = await readFile(file);
      await writeFile(file, 'garbage');
      await refusal();
      await writeFile(file, good);
      const database = await open();
      expect(await database.query('SELECT count(*) AS rows FROM notes')).toEqual([{ rows: 3 }]);
    });
  });

  it.each([1, 7, 60])(
    'is opened without the write that a crash cut off %d bytes before its end',
    async (missing) => {
      await make();
      await behindItsBack(file, `INSERT INTO notes (id) VALUES ('whole')`);
      await behindItsBack(file, `INSERT INTO notes (id) VALUES ('cut off')`);
      const wal = await readFile(`${file}.wal`);
      await truncate(`${file}.wal`, wal.length - missing);
      const database = await open();
      expect(await database.query(`SELECT id FROM notes WHERE slug IS NULL`)).toEqual([{ id: 'whole' }]);
      await database.write((tx) => tx.run(`INSERT INTO notes (id) VALUES ('next')`));
      await database.close();
      const again = await open();
      expect(await again.query('SELECT count(*) AS rows FROM notes')).toEqual([{ rows: 5 }]);
    },
  );

  describe('is all that SQL reaches:', () => {
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
      await expect(database.write((tx) => tx.run(sql))).rejects.toThrow();
      await database.ping();
    });

    it('and its settings are what it is to run with', async () => {
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

  it('spills what does not fit into memory to the temporary folder', async () => {
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

/** Statements of DuckDB itself on the closed file; their changes stay in the write-ahead log. */
async function behindItsBack(path: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(`PRAGMA disable_checkpoint_on_shutdown; ${sql}`);
  connection.closeSync();
  instance.closeSync();
}

/** DuckDB's checksum of a block: src/common/checksum.cpp of its source. */
function checksum(block: Buffer): bigint {
  let sum = 5381n;
  for (let at = 0; at < block.length; at += 8) {
    sum ^= BigInt.asUintN(64, block.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n);
  }
  return sum;
}
