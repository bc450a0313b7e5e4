import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/database.ts';
import { queryWords } from '../../../search/folding.ts';
import { PHOTO_COLUMNS, type PhotoRow, toPhoto } from '../../photos/photo-columns.ts';
import type { Photo } from '../../photos/photo.ts';
import { addWindow, type ConditionDialect } from '../condition-dialect.ts';
import type { Conditions } from '../conditions.ts';
import { orderBy, type Position } from '../keyset.ts';
import { addOwner, photoConditions } from '../photo-conditions.ts';
import { NEWEST_FIRST, type PhotoFilter, PhotoOrderField } from '../photo-filter.ts';
import { type Count, type PageQuery, PhotoReader } from '../photo-reader.ts';
import { INDEX_CONDITIONS, SCAN_CONDITIONS } from './postgres-conditions.ts';

/** Photos along the timeline that a search compares before it uses the index of grams. */
const FIRST_SCAN = 2_000;
/** The most photos that a second, longer scan compares. */
const MAX_SCAN = 20_000;
/** A search counts no further than this. */
const COUNT_LIMIT = 1_000;
/** The share of matches in a scan above which counting along the timeline is faster than through the index. */
const COMMON_SHARE = 0.05;

/**
 * Reads along the indexes of PostgreSQL. A page is one range of an index. A search first compares a bounded number of
 * photos along the timeline, which finds a common word at once; the index of grams finds the rare words. Used for a common
 * word, that index would take seconds.
 */
@Injectable()
export class PostgresPhotoReader extends PhotoReader {
  override readonly dialect = INDEX_CONDITIONS;

  constructor(private readonly database: Database) {
    super();
  }

  override async page(query: PageQuery): Promise<Photo[]> {
    const { filter, order, window } = query;
    if (!isSearch(filter)) return this.#read(query, SCAN_CONDITIONS);
    if (order.field === PhotoOrderField.TAKEN_AT) {
      for (let scan = FIRST_SCAN; scan <= MAX_SCAN;) {
        const photos = await this.#scan(query, scan);
        if (photos.length === window.limit) return photos;
        // Twice the number needed if matches are as frequent further on.
        scan *= photos.length > 0 ? Math.ceil((2 * window.limit) / photos.length) : Infinity;
      }
    }
    return this.#read(query, INDEX_CONDITIONS);
  }

  override async hasBeyond(
    query: Omit<PageQuery, 'window'>,
    position: Position,
    side: 'after' | 'before',
  ): Promise<boolean> {
    const window =
      side === 'after'
        ? { limit: 1, after: position, before: null, backwards: false }
        : { limit: 1, after: null, before: position, backwards: true };
    return (await this.page({ ...query, window })).length > 0;
  }

  override async count(userId: string, filter: PhotoFilter | null): Promise<Count> {
    if (!isSearch(filter)) return this.#count(userId, filter, SCAN_CONDITIONS, null);
    const matches = await this.#countScan(userId, filter);
    const isCommon = matches > FIRST_SCAN * COMMON_SHARE;
    return this.#count(userId, filter, isCommon ? SCAN_CONDITIONS : INDEX_CONDITIONS, COUNT_LIMIT);
  }

  async #read(query: PageQuery, dialect: ConditionDialect): Promise<Photo[]> {
    const { userId, filter, order, window } = query;
    const where = photoConditions(dialect, userId, filter);
    addWindow(dialect, where, order, window);
    const rows = await this.database.query<PhotoRow>(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE ${where} ORDER BY ${orderBy(order, window.backwards)} LIMIT ${where.bind(window.limit)}`,
      where.params,
    );
    return rows.map(toPhoto);
  }

  /** Reads a page from the first `scan` photos of the window only. */
  async #scan(query: PageQuery, scan: number): Promise<Photo[]> {
    const { userId, filter, order, window } = query;
    const where = photoConditions(SCAN_CONDITIONS, userId, filter);
    const range = rangeOf(where, query);
    const direction = orderBy(order, window.backwards);
    const rows = await this.database.query<PhotoRow>(
      `SELECT ${PHOTO_COLUMNS} FROM (SELECT * FROM photos WHERE ${range} ORDER BY ${direction} LIMIT ${where.bind(scan)}) AS photos
       WHERE ${where} ORDER BY ${direction} LIMIT ${where.bind(window.limit)}`,
      where.params,
    );
    return rows.map(toPhoto);
  }

  /** The matches among the newest FIRST_SCAN photos. */
  async #countScan(userId: string, filter: PhotoFilter): Promise<number> {
    const where = photoConditions(SCAN_CONDITIONS, userId, filter);
    const window = { limit: 0, after: null, before: null, backwards: false };
    const range = rangeOf(where, { userId, filter, order: NEWEST_FIRST, window });
    const [row] = await this.database.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM (SELECT * FROM photos WHERE ${range} ORDER BY ${orderBy(NEWEST_FIRST, false)} LIMIT ${FIRST_SCAN}) AS photos
       WHERE ${where}`,
      where.params,
    );
    return row?.count ?? 0;
  }

  async #count(
    userId: string,
    filter: PhotoFilter | null,
    dialect: ConditionDialect,
    limit: number | null,
  ): Promise<Count> {
    const where = photoConditions(dialect, userId, filter);
    // In the order of the timeline, a common word is counted along the index of the timeline.
    const order = dialect === SCAN_CONDITIONS ? ` ORDER BY ${orderBy(NEWEST_FIRST, false)}` : '';
    const matches = limit === null ? '' : `${order} LIMIT ${where.bind(limit + 1)}`;
    const [row] = await this.database.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM (SELECT 1 FROM photos WHERE ${where}${matches}) AS matches`,
      where.params,
    );
    const count = row?.count ?? 0;
    return limit !== null && count > limit
      ? { photos: limit, isExact: false }
      : { photos: count, isExact: true };
  }
}

function isSearch(filter: PhotoFilter | null): filter is PhotoFilter {
  return queryWords(filter?.query ?? '').length > 0;
}

/** The conditions that the index of the timeline evaluates: owner, trash, cursors and range. Binds into `where`. */
function rangeOf(where: Conditions, query: PageQuery): Conditions {
  const range = where.sharingParams();
  addOwner(range, query.userId, query.filter);
  range.between('taken_at_local', query.filter?.takenAtLocal);
  addWindow(SCAN_CONDITIONS, range, query.order, query.window);
  return range;
}
