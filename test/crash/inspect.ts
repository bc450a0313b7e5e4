import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { type Client, sha256 } from '../support/client.ts';
import { type Entry, type Ledger, type ListedPhoto, Violation } from './ledger.ts';
import { filesIn, type Place } from './place.ts';
import { beginUpload, settleUpload } from './workload.ts';

const PAGE = 200;
const NEWEST = 30;
const EVERY = 20;
const FIELDS = 'id checksum sizeBytes title tags trashedAt';

/** Every photo of a person, the trash included, page by page. */
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

/** The storage meter is the sum of what is listed. */
export async function checkMeter(client: Client, photos: readonly ListedPhoto[]): Promise<void> {
  const { viewer } = await client.data('{ viewer { storage { usedBytes photoCount trashedCount } } }');
  const expected = {
    usedBytes: photos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    photoCount: photos.filter(({ trashed }) => !trashed).length,
    trashedCount: photos.filter(({ trashed }) => trashed).length,
  };
  same('The storage meter', viewer.storage, expected);
}

/** The original's bytes are those that were sent, the renditions are pictures. */
export async function checkMedia(client: Client, entry: Entry): Promise<void> {
  const { id } = entry.certain ?? {};
  const fetched = async (kind: string): Promise<Buffer> => {
    const response = await client.fetch(`/media/${id}/${kind}`);
    if (response.status !== 200)
      throw new Violation(`The ${kind} of ${entry.file.name} is answered ${response.status}.`);
    return Buffer.from(await response.arrayBuffer());
  };
  same(`The original of ${entry.file.name}`, sha256(await fetched('original')), entry.checksum);
  for (const kind of ['thumbnail', 'preview']) {
    const head = (await fetched(kind)).subarray(0, 12).toString('latin1');
    if (!/^(?:\xff\xd8|\x89PNG|RIFF....WEBP)/s.test(head))
      throw new Violation(`The ${kind} of ${entry.file.name} is no picture.`);
  }
}

/** The same bytes once more: a photo or a duplicate. */
export async function uploadAgain(client: Client, entries: Entry[], door: 'upload' | 'stage'): Promise<void> {
  if (entries.length === 0) return;
  for (const entry of entries) beginUpload(entry);
  const outcomes = await client[door](...entries.map(({ file }) => file));
  for (const [index, entry] of entries.entries()) settleUpload(entry, outcomes[index]);
}

/** What a sweep leaves of the staged door can be completed: all of it is. */
export async function completeStaged(client: Client, ledger: Ledger, place: Place): Promise<void> {
  const staged = (await place.arrived()).flatMap((id) => {
    const entry = ledger.targets.get(id);
    return entry ? [{ id, entry }] : [];
  });
  if (staged.length === 0) return;
  for (const { entry } of staged) beginUpload(entry);
  const outcomes = await client.complete(...staged.map(({ id }) => id));
  for (const [index, { entry }] of staged.entries()) settleUpload(entry, outcomes[index]);
}

/** The folders, or the bucket, of a service that has nothing under way hold what the database names, and nothing else. */
export async function checkFolders(
  dataDir: string,
  place: Place,
  people: { sub: string; photos: ListedPhoto[] }[],
): Promise<void> {
  same('temp/uploads', await filesIn(join(dataDir, 'temp/uploads')), []);
  const objects = await place.objects();
  const expected = people.flatMap(({ sub, photos }) => {
    const owner = createHash('sha256').update(sub).digest('hex');
    return photos.flatMap(({ id }) => [
      `photos/${owner}/${id}`,
      `thumbnails/${owner}/${id}_preview`,
      `thumbnails/${owner}/${id}_thumb`,
    ]);
  });
  same('objects', objects.map((name) => name.replace(/\.\w+$/, '')).toSorted(), expected.toSorted());
}

/** What a statement gives on a copy of the database of a service that is idle or dead. */
export async function queryCopy(dataDir: string, sql: string): Promise<Record<string, any>[]> {
  return onCopy(dataDir, (copy) => copy.rows(sql));
}

/** A copy of the database of a service that is idle or dead agrees with itself and with the objects. */
export async function checkDatabase(
  dataDir: string,
  place: Pick<Place, 'objects'>,
  { swept }: { swept: boolean },
): Promise<void> {
  await onCopy(dataDir, async (copy) => {
    await copy.checkKeys();
    await copy.checkSums();
    await copy.checkCommits(await readFile(join(dataDir, 'commits'), 'latin1').catch(() => ''));
    if (swept) await copy.checkSwept(await place.objects());
  });
}

async function onCopy<T>(dataDir: string, work: (copy: Copy) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'imgstream-copy-'));
  const file = join(folder, 'copy.duckdb');
  await copyFile(join(dataDir, 'imgstream.duckdb'), file);
  await copyFile(join(dataDir, 'imgstream.duckdb.wal'), `${file}.wal`).catch(() => undefined);
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    return await work(new Copy(connection));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

class Copy {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Rows are found by their keys, once, and their keys are refused to others: the newest, and some of the rest. */
  async checkKeys(): Promise<void> {
    const all = await this.rows('SELECT id, user_id, checksum FROM photos ORDER BY upload_date DESC');
    const photos = all.filter((_photo, index) => index < NEWEST || index % EVERY === 0);
    for (const { id, user_id: user, checksum } of photos) {
      const byId = await this.rows('SELECT checksum FROM photos WHERE id = $1', [id]);
      const byChecksum = await this.rows('SELECT id FROM photos WHERE user_id = $1 AND checksum = $2', [
        user,
        checksum,
      ]);
      same('A photo by its id and by its checksum', [byId, byChecksum], [[{ checksum }], [{ id }]]);
    }
    for (const { id } of [...photos.slice(0, 5), ...photos.slice(-3)]) {
      const columns = await this.rows(
        "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = 'photos'",
      );
      const names = columns.map(({ name }) => String(name));
      for (const other of ['id', 'checksum'])
        await this.#refused(
          `INSERT INTO photos SELECT ${names.map((name) => (name === other ? `${name} || 'x'` : name)).join(', ')} FROM photos WHERE id = $1`,
          [id],
        );
    }
  }

  async checkSums(): Promise<void> {
    const off = await this.rows(
      `SELECT id, storage_used, storage_reserved FROM users
       WHERE storage_used <> (SELECT COALESCE(SUM(size_bytes), 0) FROM photos WHERE user_id = users.id)
       OR storage_reserved <> (SELECT COALESCE(SUM(reserved_bytes), 0) FROM uploads WHERE user_id = users.id)`,
    );
    same('People whose bytes are not the sum of their photos and uploads', off, []);
    const tags = await this.rows(
      'SELECT photo_id FROM photo_tags WHERE photo_id NOT IN (SELECT id FROM photos)',
    );
    same('Tags of no photo', tags, []);
  }

  /** The count beside the database may be behind the one in it, and never before it. */
  async checkCommits(record: string): Promise<void> {
    const [row] = await this.rows('SELECT commits FROM commit_count');
    if (record !== '' && !(Number(record.slice(0, 16)) <= Number(row?.['commits'])))
      throw new Violation(`${record} commits are counted, and the database has ${row?.['commits']}.`);
  }

  async checkSwept(objects: string[]): Promise<void> {
    const states = await this.rows(
      `SELECT id, state FROM uploads WHERE state NOT IN ('open', 'received', 'done', 'refused')
       OR (state = 'received' AND secret_hash IS NULL)`,
    );
    same('Intents and abandoned uploads after a sweep', states, []);
    same('Tombstones after a sweep', await this.rows('SELECT photo_id FROM tombstones'), []);
    const keys = await this.rows(
      'SELECT unnest([storage_path, thumbnail_path, preview_path]) AS key FROM photos',
    );
    same('Objects', objects, keys.map(({ key }) => String(key)).toSorted());
  }

  async #refused(sql: string, params: DuckDBValue[]): Promise<void> {
    await this.#connection.run('BEGIN');
    const refused = await this.#connection.run(sql, params).then(
      () => false,
      (error: unknown) => /constraint/i.test(String(error)),
    );
    await this.#connection.run('ROLLBACK');
    if (!refused) throw new Violation(`A key that is there was given to another: ${sql.slice(0, 60)}`);
  }

  async rows(sql: string, params: DuckDBValue[] = []): Promise<Record<string, any>[]> {
    return (await this.#connection.runAndReadAll(sql, params)).getRowObjects();
  }
}

function same(what: string, actual: unknown, expected: unknown): void {
  const [is, ought] = [actual, expected].map((value) => JSON.stringify(value, sortedKeys));
  if (is !== ought) throw new Violation(`${what}: is ${is?.slice(0, 2000)}, not ${ought?.slice(0, 2000)}`);
}

/** For JSON.stringify: objects by their names in order, and whole numbers beyond 2^53. */
function sortedKeys(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
