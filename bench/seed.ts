import { mkdir, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { DuckDbDatabase } from '../src/database/duckdb/duckdb-database.ts';
import type { Database } from '../src/database/database.ts';
import { TIMELINE_ARRANGEMENT } from '../src/metadata/browse/duckdb/arrangement.ts';
import { searchText } from '../src/search/search-text.ts';
import { type Library, photosSql, userOf } from './seed-sql.ts';

// Creates a library. This is a separate program, because only one process can open the database file.
// Usage: seed.ts FOLDER LIBRARY-AS-JSON

/** Number of photos inserted per transaction. */
const CHUNK = 100_000;
/** Number of photos whose search text is compared with the product's. */
const CHECKED = 2_000;
/** The service sorts the rows of libraries with at least this number of photos. */
const MIN_ARRANGED = 20_000;
const ARRANGE_TIMEOUT_MS = 180_000;
const TARGET = [
  'id, user_id, filename, title, favorite, private, content_type, size_bytes, width, height, checksum, content_key, thumbhash',
  'taken_at, taken_at_local, file_taken_at, file_taken_at_local, upload_date, updated_date',
  'camera_make, camera_model, camera_lens, iso, aperture, exposure_time, focal_length, camera, camera_folded',
  'latitude, longitude, city, country, search_text',
  'storage_path, thumbnail_path, thumbnail_bytes, preview_path, preview_bytes, metadata',
].join(', ');
const SOURCE = TARGET.replace('content_key', "substr(sha256(concat(checksum, ' ', user_id)), 1, 32)")
  .replace('file_taken_at,', 'taken_at,')
  .replace('file_taken_at_local', 'taken_at_local')
  .replace('updated_date', 'upload_date');

async function seed(folder: string, library: Library): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const database = await DuckDbDatabase.open({ dataDir: part, writeLimitMs: 600_000, readLimitMs: 600_000 });
  try {
    await addUsers(database, library);
    const select = photosSql(library);
    for (let from = 0; from < library.photos; from += CHUNK) {
      const range = [from, Math.min(library.photos, from + CHUNK)];
      await database.write([], (tx) =>
        tx.run(`INSERT INTO photos (${TARGET}) SELECT ${SOURCE} FROM (${select})`, range),
      );
      await database.write([], (tx) =>
        tx.run(
          `INSERT INTO photo_tags (photo_id, user_id, tag, position) SELECT id, user_id, tag, 0 FROM (${select}) WHERE tag IS NOT NULL`,
          range,
        ),
      );
    }
    await check(database);
    await database.write([], (tx) =>
      tx.run(
        `UPDATE users SET storage_used = bytes FROM
         (SELECT user_id, CAST(SUM(size_bytes) AS BIGINT) AS bytes FROM photos GROUP BY 1) AS used WHERE users.id = used.user_id`,
      ),
    );
  } finally {
    await database.close();
  }
  if (library.photos >= MIN_ARRANGED && !library.onlyFirst) await arrange(part);
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
}

/** Keeps the database open until the arranger has sorted the rows, as it does when a service receives no writes. */
async function arrange(folder: string): Promise<void> {
  const database = await DuckDbDatabase.open({
    dataDir: folder,
    readLimitMs: 600_000,
    arrange: { tables: TIMELINE_ARRANGEMENT, quietMs: 200, fewestRows: 1 },
  });
  const until = Date.now() + ARRANGE_TIMEOUT_MS;
  try {
    for (let misplaced = 1; misplaced > 0;) {
      if (Date.now() > until)
        throw new Error(`The rows of ${folder} were not in order after ${ARRANGE_TIMEOUT_MS} ms.`);
      await delay(2_000);
      const [row] = await database.query<{ misplaced: number }>(
        `SELECT count(*) FILTER (user_id < user_before OR (user_id = user_before AND taken_at_local > taken_before)) AS misplaced
         FROM (SELECT user_id, taken_at_local, lag(user_id) OVER () AS user_before, lag(taken_at_local) OVER () AS taken_before FROM photos)`,
      );
      misplaced = row?.misplaced ?? 0;
    }
  } finally {
    await database.close();
  }
}

async function addUsers(database: Database, { users, onlyFirst }: Library): Promise<void> {
  await database.write([], (tx) =>
    tx.run(
      `INSERT INTO users (id, email, created_date, last_login, settings)
       SELECT ${userOf('n')}, 'user' || n || '@example.com', TIMESTAMP '2010-01-01', TIMESTAMP '2024-12-31', '{}' FROM range(0, $1) AS numbers(n)`,
      [onlyFirst ? 1 : users],
    ),
  );
}

/**
 * Checks that the search text computed by SQL equals the search text that the product would write.
 * @throws Error if they differ
 */
async function check(database: Database): Promise<void> {
  const rows = await database.query<
    Record<'filename' | 'camera' | 'city' | 'country' | 'search_text', string> & {
      title: string | null;
      tag: string | null;
    }
  >(
    `SELECT filename, title, tag, camera, city, country, search_text FROM photos LEFT JOIN photo_tags ON photo_id = id
     ORDER BY photos.id LIMIT ${CHECKED}`,
  );
  for (const { search_text: written, ...row } of rows) {
    const expected = searchText([row.filename, row.title, row.tag, row.camera, row.city, row.country]);
    if (written !== expected)
      throw new Error(`search_text is ${JSON.stringify(written)}, expected ${JSON.stringify(expected)}`);
  }
}

const [folder = '', library = ''] = process.argv.slice(2);
await seed(folder, JSON.parse(library));
