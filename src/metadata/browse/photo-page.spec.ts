import type { Database } from '../../database/database.ts';
import { ENGINES, type OpenEngine } from '../testing/engines.ts';
import { LibraryMemo, touchLibrary } from './library-memo.ts';
import { positionOf } from './keyset.ts';
import type { PhotoReader } from './photo-reader.ts';
import { OrderDirection, type PhotoFilter, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';

const DAY = "TIMESTAMP '2020-01-01 08:00:00' + CAST(floor(i / 20.0) AS INTEGER) * INTERVAL '1 day'";

/**
 * Inserts photos with the numbers [from, to): 20 per day, all with the word "usual", every hundredth with "rare".
 */
function rowsSql(from: number, to: number, taken = DAY): string {
  return `INSERT INTO photos (id, user_id, filename, content_type, size_bytes, width, height, checksum, content_key, thumbhash, taken_at, taken_at_local,
      file_taken_at, file_taken_at_local, upload_date, updated_date, favorite, search_text, storage_path, thumbnail_path, thumbnail_bytes,
      preview_path, preview_bytes, metadata)
    SELECT 'p' || lpad(CAST(i AS VARCHAR), 6, '0'), 'ada', 'f', 'image/jpeg', (i * 7919) % 97, 4, 3, CAST(i AS VARCHAR), CAST(i AS VARCHAR) || ' ada', 't', taken, taken, taken, taken,
      taken, taken, i % 3 = 0, CASE WHEN i % 100 = 0 THEN 'usual rare' ELSE 'usual' END, 'o', 't', 1, 'p', 1, '{}'
    FROM (SELECT i, ${taken} AS taken FROM generate_series(${from}, ${to} - 1) AS numbers(i))`;
}

describe.each(ENGINES)('PhotoReader.page on %s', (_name, open) => {
  let engine: OpenEngine;
  let database: Database;
  let reader: PhotoReader;

  beforeEach(async () => {
    engine = await open();
    database = engine.database;
    reader = engine.readerFor(new LibraryMemo(database));
    await change(rowsSql(0, 12_000));
    await database.write([], (tx) =>
      tx.run(
        `INSERT INTO users (id, email, created_date, last_login, settings) SELECT 'ada', 'a@example.com', TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-01', '{}'`,
      ),
    );
  });
  afterEach(async () => {
    await engine.close();
  });

  async function change(sql: string): Promise<void> {
    await database.write([], async (tx) => {
      await tx.run(sql);
      await touchLibrary(tx, 'ada');
    });
  }

  async function all(order: PhotoOrder, condition: string): Promise<string[]> {
    const column = { TAKEN_AT: 'taken_at_local', SIZE: 'size_bytes', UPLOADED_AT: '', FILENAME: '' }[
      order.field
    ];
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM photos WHERE user_id = 'ada' AND ${condition} ORDER BY ${column} ${order.direction}, id ${order.direction}`,
    );
    return rows.map((row) => row.id);
  }

  async function walk(
    order: PhotoOrder,
    filter: PhotoFilter | null,
    backwards: boolean,
    limit: number,
    most = Infinity,
  ) {
    const walked: string[] = [];
    for (let position = null; walked.length < most;) {
      const [after, before] = backwards ? [null, position] : [position, null];
      const window = { limit, after, before, backwards };
      const page = await reader.page({ userId: 'ada', filter, order, window });
      if (backwards) page.reverse();
      const ids = page.map((photo) => photo.id);
      if (backwards) walked.unshift(...ids);
      else walked.push(...ids);
      const last = page.at(backwards ? 0 : -1);
      if (!last) break;
      position = positionOf(last, order);
    }
    return walked;
  }

  const orders = [PhotoOrderField.TAKEN_AT, PhotoOrderField.SIZE].flatMap((field) =>
    [OrderDirection.ASC, OrderDirection.DESC].map((direction) => ({ field, direction })),
  );

  it.each(orders)('returns each photo exactly once by $field $direction', async (order) => {
    const expected = await all(order, 'TRUE');
    expect(await walk(order, null, false, 200, 2_000)).toEqual(expected.slice(0, 2_000));
    expect(await walk(order, null, true, 200, 2_000)).toEqual(expected.slice(-2_000));
  });

  it.each(orders)('returns all matches of a filter, however few, by $field $direction', async (order) => {
    const rare = await all(order, "search_text LIKE '%rare%'");
    expect(await walk(order, { query: 'rare' }, false, 50)).toEqual(rare);
    expect(await walk(order, { query: 'rare' }, true, 50)).toEqual(rare);
    expect(await walk(order, { query: 'nothing' }, false, 50)).toEqual([]);
    const usual = await all(order, 'favorite');
    expect(await walk(order, { query: 'usual', isFavorite: true }, false, 50, 500)).toEqual(
      usual.slice(0, 500),
    );
  });

  it('respects both limits of a range in a filter', async () => {
    const takenAtLocal = { from: new Date('2020-06-01T00:00:00Z'), to: new Date('2020-08-01T00:00:00Z') };
    for (const order of orders) {
      const expected = await all(
        order,
        "taken_at_local >= TIMESTAMP '2020-06-01' AND taken_at_local < TIMESTAMP '2020-08-01'",
      );
      expect(expected).toHaveLength(61 * 20);
      expect(await walk(order, { takenAtLocal }, false, 100)).toEqual(expected);
      expect(await walk(order, { takenAtLocal }, true, 100)).toEqual(expected);
    }
  });

  it('is correct while the sketch of the library is out of date', async () => {
    const newest: PhotoOrder = { field: PhotoOrderField.TAKEN_AT, direction: OrderDirection.DESC };
    expect(await walk(newest, null, false, 50, 50)).toHaveLength(50);
    await change(
      "DELETE FROM photos WHERE taken_at_local BETWEEN TIMESTAMP '2020-03-01' AND TIMESTAMP '2021-07-01'",
    );
    await change(rowsSql(20_000, 22_500, "TIMESTAMP '2021-08-01 10:00:00' + (i % 7) * INTERVAL '1 second'"));
    await change(rowsSql(30_000, 31_000, "TIMESTAMP '2030-01-01 10:00:00'"));
    const expected = await all(newest, 'TRUE');
    expect(await walk(newest, null, false, 200)).toEqual(expected);
    expect(await walk(newest, null, true, 200)).toEqual(expected);
    const oldest: PhotoOrder = { field: PhotoOrderField.TAKEN_AT, direction: OrderDirection.ASC };
    expect(await walk(oldest, null, false, 200)).toEqual(expected.toReversed());
  });

  it('returns a day with more photos than fit on a page in order', async () => {
    await change(
      rowsSql(40_000, 46_000, "TIMESTAMP '2021-08-01 10:00:00' + (i % 500) * INTERVAL '1 second'"),
    );
    for (const order of orders) {
      const expected = await all(order, 'TRUE');
      expect(await walk(order, null, false, 200, 2_000)).toEqual(expected.slice(0, 2_000));
      expect(await walk(order, null, true, 200, 2_000)).toEqual(expected.slice(-2_000));
    }
  });
});
