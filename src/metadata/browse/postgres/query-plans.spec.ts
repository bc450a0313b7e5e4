import { queryUrl } from '../../../../test/support/postgres/local-postgres.ts';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { Database, type Row, type SqlValue } from '../../../database/database.ts';
import { PostgresDatabase } from '../../../database/postgres/postgres-database.ts';
import { PhotoEditRepository } from '../../photos/photo-edit.repository.ts';
import { PhotoRepository } from '../../photos/photo.repository.ts';
import { TombstoneRepository } from '../../uploads/tombstone.repository.ts';
import { UploadRepository } from '../../uploads/upload.repository.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { LibraryMemo } from '../library-memo.ts';
import { positionOf } from '../keyset.ts';
import { NEWEST_FIRST, OrderDirection, type PhotoFilter, PhotoOrderField } from '../photo-filter.ts';
import { PhotoListRepository } from '../photo-list.repository.ts';
import { StatsRepository } from '../stats.repository.ts';
import { PostgresPhotoReader } from './postgres-photo-reader.ts';

const PHOTOS = 100_000;
/** The user with a fifth of the photos; the others share the rest. */
const USER = 'user0';

const FILL = `
  INSERT INTO users (id, email, created_date, last_login, settings)
    SELECT 'user' || n, 'user' || n || '@example.com', now(), now(), '{}' FROM generate_series(0, 5000) AS n;
  INSERT INTO photos (id, user_id, filename, content_type, size_bytes, width, height, checksum, content_key, thumbhash,
      taken_at, taken_at_local, file_taken_at, file_taken_at_local, upload_date, updated_date, favorite, camera,
      camera_folded, search_text, storage_path, thumbnail_path, thumbnail_bytes, preview_path, preview_bytes, metadata,
      trashed_date)
    SELECT 'p' || i, CASE WHEN i % 5 = 0 THEN 'user0' ELSE 'user' || (1 + i % 40) END, 'IMG_' || i || '.jpg', 'image/jpeg',
      1000 + i, 4000, 3000, md5('' || i) || md5('x' || i), md5('k' || i), 'thumbhash', taken, taken, taken, taken, taken, taken,
      i % 50 = 0, 'Canon EOS 40D', 'canon eos 40d', 'usual img ' || i || CASE WHEN i % 1000 = 0 THEN ' 結婚式' ELSE '' END,
      'o' || i, 't' || i, 1, 'v' || i, 1, '{}', CASE WHEN i % 200 = 0 THEN taken END
    FROM (SELECT i, TIMESTAMP '2010-01-01' + i * INTERVAL '80 minutes' AS taken FROM generate_series(1, ${PHOTOS}) AS i) AS rows;
  INSERT INTO photo_tags (photo_id, user_id, tag, position)
    SELECT id, user_id, 'tag' || (size_bytes % 200), 0 FROM photos;
  INSERT INTO photo_tags (photo_id, user_id, tag, position)
    SELECT id, user_id, 'rare', 1 FROM photos WHERE size_bytes % 500 = 0;
  INSERT INTO uploads (id, user_id, state, filename, size_bytes, checksum, reserved_bytes, created_date, expires_date)
    SELECT 'u' || n, 'user' || (n % 40), 'done', 'f', 1, 'c', 0, now(), now() + INTERVAL '1 day' FROM generate_series(1, 20000) AS n;
`;

/** Runs every query, and keeps the plan that PostgreSQL chooses for it. */
class PlanRecorder extends Database {
  readonly plans: string[] = [];
  override readonly capabilities;

  constructor(private readonly database: PostgresDatabase) {
    super();
    this.capabilities = database.capabilities;
  }

  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  async query(sql: string, params: readonly SqlValue[] = []): Promise<object[]> {
    const lines = await this.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params);
    this.plans.push([sql, ...lines.map((line) => line['QUERY PLAN'])].join('\n'));
    return this.database.query(sql, params);
  }

  override write = () => Promise.reject(new Error('This database is only read.'));
  override ping = () => this.database.ping();
}

let database: PostgresDatabase;
let recorder: PlanRecorder;

beforeAll(async () => {
  const url = await createTestDatabase();
  database = await PostgresDatabase.open({ url });
  await queryUrl(url, FILL);
  await queryUrl(url, 'VACUUM ANALYZE');
});
afterAll(() => database.close());
beforeEach(() => {
  recorder = new PlanRecorder(database);
});

/** Runs the queries of `read`, and expects that none of them scans a whole table. */
async function expectIndexed(read: () => Promise<unknown>): Promise<void> {
  await read();
  expect(recorder.plans.length).toBeGreaterThan(0);
  expect(recorder.plans.filter((plan) => plan.includes('Seq Scan'))).toEqual([]);
}

const reader = () => new PostgresPhotoReader(recorder);
const window = { limit: 51, after: null, before: null, backwards: false };

describe('At 100,000 photos, PostgreSQL scans no whole table for', () => {
  it.each(
    Object.values(PhotoOrderField).flatMap((field) =>
      Object.values(OrderDirection).map((direction) => [field, direction] as const),
    ),
  )('pages by %s %s, forwards and backwards', async (field, direction) => {
    const order = { field, direction };
    await expectIndexed(async () => {
      const page = await reader().page({ userId: USER, filter: null, order, window });
      const last = page.at(-1);
      expect(page).toHaveLength(51);
      const position = last ? positionOf(last, order) : null;
      await reader().page({ userId: USER, filter: null, order, window: { ...window, after: position } });
      const before = { ...window, before: position, backwards: true };
      expect(await reader().page({ userId: USER, filter: null, order, window: before })).toHaveLength(50);
    });
  });

  it.each<[string, PhotoFilter]>([
    ['favorites', { isFavorite: true }],
    ['the trash', { isTrashed: true }],
    ['one tag', { tags: ['tag7'] }],
    ['two tags', { tags: ['tag0', 'rare'] }],
    ['a month', { takenAtLocal: { from: new Date('2015-05-01'), to: new Date('2015-06-01') } }],
    ['a rare word', { query: '結婚式' }],
    ['a rare character', { query: '婚' }],
    ['a common word', { query: 'usual' }],
    ['no match', { query: 'nothing at all' }],
    ['a camera', { camera: 'Canon EOS 40D' }],
  ])('pages and counts with %s', async (_what, filter) => {
    await expectIndexed(async () => {
      await reader().page({ userId: USER, filter, order: NEWEST_FIRST, window });
      await reader().count(USER, filter);
    });
  });

  it('a strip, the months and the statistics', async () => {
    const memo = new LibraryMemo(recorder);
    const lists = new PhotoListRepository(recorder, memo, reader());
    const stats = new StatsRepository(recorder, memo);
    await expectIndexed(async () => {
      const year = { from: new Date('2015-01-01'), to: new Date('2016-01-01') };
      expect((await lists.strip(USER, null, year, 5_000, null)).length).toBeGreaterThan(1_000);
      await lists.months(USER, null);
      await lists.count(USER, null);
      await stats.byMonth(USER);
      await stats.byCamera(USER, 100);
      await stats.byContentType(USER, 100);
    });
    const strip = recorder.plans.find((plan) => plan.includes('thumbhash')) ?? '';
    expect(strip).toContain('Index Only Scan using photos_timeline');
  });

  it('single photos, uploads, tombstones and users', async () => {
    const photos = new PhotoRepository(recorder);
    const uploads = new UploadRepository(recorder);
    await expectIndexed(async () => {
      expect((await photos.findByIds(USER, ['p5', 'p10'])).size).toBe(2);
      await photos.findByChecksums(USER, ['a', 'b']);
      await photos.findMedia(USER, 'p5', 'thumbnail');
      await photos.findMetadata(USER, ['p5']);
      await photos.findTrashedBefore(new Date('2010-02-01'), 200);
      await new PhotoEditRepository(recorder).findTags(USER, ['p5', 'p10']);
      await uploads.find(USER, 'u7');
      await uploads.findExpired(new Date(), 'others', 200);
      await uploads.findExpired(new Date(), 'intents', 200);
    });
    await new TombstoneRepository(recorder).findSome(200);
    await new UserRepository(recorder, new LibraryMemo(recorder)).find(USER);
  });
});
