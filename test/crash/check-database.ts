import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { expectEqual } from './expect-equal.ts';
import { Violation } from './ledger.ts';

/** How many of the newest photos are checked; of the others, one in SAMPLE_EVERY. */
const NEWEST = 30;
const SAMPLE_EVERY = 20;

/** Runs a statement and returns its rows. */
export type Query = (sql: string) => Promise<Record<string, any>[]>;

/**
 * Checks that a database of any engine is consistent with itself and with the objects.
 * @param objects the keys of all objects, if a sweep has run since the last crash: then no leftovers may exist
 * @throws Violation
 */
export async function checkConsistency(query: Query, objects: string[] | null): Promise<void> {
  const users = await query(
    `SELECT id, storage_used, storage_reserved FROM users
     WHERE storage_used <> (SELECT COALESCE(SUM(size_bytes), 0) FROM photos WHERE user_id = users.id)
     OR storage_reserved <> (SELECT COALESCE(SUM(reserved_bytes), 0) FROM uploads WHERE user_id = users.id)`,
  );
  expectEqual('Users whose storage differs from the sum of their photos and uploads', users, []);
  const tags = await query('SELECT photo_id FROM photo_tags WHERE photo_id NOT IN (SELECT id FROM photos)');
  expectEqual('Tags without a photo', tags, []);
  if (!objects) return;
  const states = await query(
    `SELECT id, state FROM uploads WHERE state NOT IN ('open', 'received', 'done', 'refused')
     OR (state = 'received' AND secret_hash IS NULL)`,
  );
  expectEqual('Intents and abandoned uploads after a sweep', states, []);
  expectEqual('Tombstones after a sweep', await query('SELECT photo_id FROM tombstones'), []);
  const keys = await query(
    ['storage_path', 'thumbnail_path', 'preview_path']
      .map((column) => `SELECT ${column} AS key FROM photos`)
      .join(' UNION ALL '),
  );
  expectEqual('Objects', objects, keys.map(({ key }) => String(key)).toSorted());
}

/** Returns the rows of a statement, run on a copy of the DuckDB file. The service must be idle or not running. */
export async function queryCopy(dataDir: string, sql: string): Promise<Record<string, any>[]> {
  return onCopy(dataDir, (copy) => copy.rows(sql));
}

/**
 * Checks, on a copy, that the DuckDB file is consistent with itself and with the objects. The service must be idle or not
 * running.
 * @param objects the keys of all objects, if a sweep has run since the last crash: then no leftovers may exist
 * @throws Violation
 */
export async function checkFile(dataDir: string, objects: string[] | null): Promise<void> {
  await onCopy(dataDir, async (copy) => {
    await copy.checkKeys();
    await copy.checkCommits(await readFile(join(dataDir, 'commits'), 'latin1').catch(() => ''));
    await checkConsistency((sql) => copy.rows(sql), objects);
  });
}

async function onCopy<T>(dataDir: string, work: (copy: DatabaseCopy) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'imgstream-copy-'));
  const file = join(folder, 'copy.duckdb');
  await copyFile(join(dataDir, 'imgstream.duckdb'), file);
  await copyFile(join(dataDir, 'imgstream.duckdb.wal'), `${file}.wal`).catch(() => undefined);
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    return await work(new DatabaseCopy(connection));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

class DatabaseCopy {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /**
   * Checks for the newest photos and a sample that their keys find exactly one row, and that duplicates are
   * rejected.
   */
  async checkKeys(): Promise<void> {
    const all = await this.rows('SELECT id, user_id, checksum FROM photos ORDER BY upload_date DESC');
    const photos = all.filter((_photo, index) => index < NEWEST || index % SAMPLE_EVERY === 0);
    for (const { id, user_id: user, checksum } of photos) {
      const byId = await this.rows('SELECT checksum FROM photos WHERE id = $1', [id]);
      const byChecksum = await this.rows('SELECT id FROM photos WHERE user_id = $1 AND checksum = $2', [
        user,
        checksum,
      ]);
      expectEqual('A photo by its id and by its checksum', [byId, byChecksum], [[{ checksum }], [{ id }]]);
    }
    for (const { id } of [...photos.slice(0, 5), ...photos.slice(-3)]) {
      const columns = await this.rows(
        "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = 'photos'",
      );
      const names = columns.map(({ name }) => String(name));
      for (const other of ['id', 'checksum'])
        await this.#expectRejected(
          `INSERT INTO photos SELECT ${names.map((name) => (name === other ? `${name} || 'x'` : name)).join(', ')} FROM photos WHERE id = $1`,
          [id],
        );
    }
  }

  /** Checks that the commit count beside the database is not higher than the one in the database. */
  async checkCommits(record: string): Promise<void> {
    const [row] = await this.rows('SELECT commits FROM commit_count');
    if (record !== '' && !(Number(record.slice(0, 16)) <= Number(row?.['commits'])))
      throw new Violation(
        `The commit count is ${record}, but the database has only ${row?.['commits']} commits.`,
      );
  }

  async #expectRejected(sql: string, params: DuckDBValue[]): Promise<void> {
    await this.#connection.run('BEGIN');
    const isRejected = await this.#connection.run(sql, params).then(
      () => false,
      (error: unknown) => /constraint/i.test(String(error)),
    );
    await this.#connection.run('ROLLBACK');
    if (!isRejected) throw new Violation(`A duplicate key was accepted: ${sql.slice(0, 60)}`);
  }

  async rows(sql: string, params: DuckDBValue[] = []): Promise<Record<string, any>[]> {
    return (await this.#connection.runAndReadAll(sql, params)).getRowObjects();
  }
}
