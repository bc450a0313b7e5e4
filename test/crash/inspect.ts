import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { type Client, sha256 } from '../support/client.ts';
import { type Entry, type Ledger, type ListedPhoto, Violation } from './ledger.ts';
import { beginUpload, settleUpload } from './workload.ts';
import { filesIn, type Workspace } from './workspace.ts';

const PAGE = 200;
/** How many of the newest photos are checked; of the others, one in SAMPLE_EVERY. */
const NEWEST = 30;
const SAMPLE_EVERY = 20;
const FIELDS = 'id checksum sizeBytes title tags trashedAt';

/** Lists every photo of a user, including the trash, page by page. */
export async function listPhotos(client: Client): Promise<ListedPhoto[]> {
  const photos: ListedPhoto[] = [];
  for (const isTrashed of [false, true]) {
    let after: string | null = null;
    do {
      const { photos: page } = await client.data(
        `query ($after: String, $filter: PhotoFilter!) { photos(first: ${PAGE}, after: $after, filter: $filter) {
          nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } totalCount } }`,
        { after, filter: { isTrashed } },
      );
      for (const { trashedAt, ...photo } of page.nodes)
        photos.push({ ...photo, trashed: trashedAt !== null });
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
  }
  return photos;
}

/**
 * Checks that the storage meter equals the sum of the listed photos.
 * @throws Violation
 */
export async function checkMeter(client: Client, photos: readonly ListedPhoto[]): Promise<void> {
  const { viewer } = await client.data('{ viewer { storage { usedBytes photoCount trashedCount } } }');
  const expected = {
    usedBytes: photos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    photoCount: photos.filter(({ trashed }) => !trashed).length,
    trashedCount: photos.filter(({ trashed }) => trashed).length,
  };
  expectEqual('The storage meter', viewer.storage, expected);
}

/**
 * Checks that the original has the uploaded bytes, and that the other renditions are images.
 * @throws Violation
 */
export async function checkMedia(client: Client, entry: Entry): Promise<void> {
  const { id } = entry.certain ?? {};
  const fetched = async (kind: string): Promise<Buffer> => {
    const response = await client.fetch(`/media/${id}/${kind}`);
    if (response.status !== 200)
      throw new Violation(
        `The request for the ${kind} of ${entry.file.name} returned status ${response.status}.`,
      );
    return Buffer.from(await response.arrayBuffer());
  };
  expectEqual(`The original of ${entry.file.name}`, sha256(await fetched('original')), entry.checksum);
  for (const kind of ['thumbnail', 'preview']) {
    const head = (await fetched(kind)).subarray(0, 12).toString('latin1');
    if (!/^(?:\xff\xd8|\x89PNG|RIFF....WEBP)/s.test(head))
      throw new Violation(`The ${kind} of ${entry.file.name} is not an image.`);
  }
}

/**
 * Uploads the same bytes again, which must return a photo or a duplicate.
 * @throws Violation
 */
export async function uploadAgain(client: Client, entries: Entry[], door: 'upload' | 'stage'): Promise<void> {
  if (entries.length === 0) return;
  for (const entry of entries) beginUpload(entry);
  const outcomes = await client[door](...entries.map(({ file }) => file));
  for (const [index, entry] of entries.entries()) settleUpload(entry, outcomes[index]);
}

/**
 * Completes every staged upload that the sweep left, which must succeed.
 * @throws Violation
 */
export async function completeStaged(client: Client, ledger: Ledger, workspace: Workspace): Promise<void> {
  const staged = (await workspace.staged()).flatMap((id) => {
    const entry = ledger.targets.get(id);
    return entry ? [{ id, entry }] : [];
  });
  if (staged.length === 0) return;
  for (const { entry } of staged) beginUpload(entry);
  const outcomes = await client.complete(...staged.map(({ id }) => id));
  for (const [index, { entry }] of staged.entries()) settleUpload(entry, outcomes[index]);
}

/**
 * Checks that the store of an idle service contains the objects of the photos, and nothing else.
 * @throws Violation
 */
export async function checkFolders(
  dataDir: string,
  workspace: Workspace,
  users: { sub: string; photos: ListedPhoto[] }[],
): Promise<void> {
  expectEqual('temp/uploads', await filesIn(join(dataDir, 'temp/uploads')), []);
  const objects = await workspace.objects();
  const expected = users.flatMap(({ sub, photos }) => {
    const owner = createHash('sha256').update(sub).digest('hex');
    return photos.flatMap(({ id }) => [
      `photos/${owner}/${id}`,
      `thumbnails/${owner}/${id}_preview`,
      `thumbnails/${owner}/${id}_thumb`,
    ]);
  });
  expectEqual('objects', objects.map((name) => name.replace(/\.\w+$/, '')).toSorted(), expected.toSorted());
}

/** Returns the rows of a statement, run on a copy of the database. The service must be idle or not running. */
export async function queryCopy(dataDir: string, sql: string): Promise<Record<string, any>[]> {
  return onCopy(dataDir, (copy) => copy.rows(sql));
}

/**
 * Checks, on a copy, that the database is consistent with itself and with the objects. The service must be idle or
 * not running.
 * @param swept whether a sweep has run since the last crash, so that no leftovers may exist
 * @throws Violation
 */
export async function checkDatabase(
  dataDir: string,
  workspace: Pick<Workspace, 'objects'>,
  { swept }: { swept: boolean },
): Promise<void> {
  await onCopy(dataDir, async (copy) => {
    await copy.checkKeys();
    await copy.checkSums();
    await copy.checkCommits(await readFile(join(dataDir, 'commits'), 'latin1').catch(() => ''));
    if (swept) await copy.checkSwept(await workspace.objects());
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

  async checkSums(): Promise<void> {
    const users = await this.rows(
      `SELECT id, storage_used, storage_reserved FROM users
       WHERE storage_used <> (SELECT COALESCE(SUM(size_bytes), 0) FROM photos WHERE user_id = users.id)
       OR storage_reserved <> (SELECT COALESCE(SUM(reserved_bytes), 0) FROM uploads WHERE user_id = users.id)`,
    );
    expectEqual('Users whose storage differs from the sum of their photos and uploads', users, []);
    const tags = await this.rows(
      'SELECT photo_id FROM photo_tags WHERE photo_id NOT IN (SELECT id FROM photos)',
    );
    expectEqual('Tags without a photo', tags, []);
  }

  /** Checks that the commit count beside the database is not higher than the one in the database. */
  async checkCommits(record: string): Promise<void> {
    const [row] = await this.rows('SELECT commits FROM commit_count');
    if (record !== '' && !(Number(record.slice(0, 16)) <= Number(row?.['commits'])))
      throw new Violation(
        `The commit count is ${record}, but the database has only ${row?.['commits']} commits.`,
      );
  }

  async checkSwept(objects: string[]): Promise<void> {
    const states = await this.rows(
      `SELECT id, state FROM uploads WHERE state NOT IN ('open', 'received', 'done', 'refused')
       OR (state = 'received' AND secret_hash IS NULL)`,
    );
    expectEqual('Intents and abandoned uploads after a sweep', states, []);
    expectEqual('Tombstones after a sweep', await this.rows('SELECT photo_id FROM tombstones'), []);
    const keys = await this.rows(
      'SELECT unnest([storage_path, thumbnail_path, preview_path]) AS key FROM photos',
    );
    expectEqual('Objects', objects, keys.map(({ key }) => String(key)).toSorted());
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

function expectEqual(label: string, actual: unknown, expected: unknown): void {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value, sortedKeys));
  if (left !== right)
    throw new Violation(`${label}: got ${left?.slice(0, 2000)}, expected ${right?.slice(0, 2000)}`);
}

/** A replacer for JSON.stringify. Sorts the keys of objects, and converts bigints to strings. */
function sortedKeys(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
