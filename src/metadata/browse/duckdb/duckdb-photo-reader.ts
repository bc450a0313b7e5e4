import { Injectable } from '@nestjs/common';
import { Database, type SqlValue } from '../../../database/database.ts';
import { PHOTO_COLUMNS, type PhotoRow, toPhoto } from '../../photos/photo-columns.ts';
import type { Photo } from '../../photos/photo.ts';
import { addWindow } from '../condition-dialect.ts';
import { isAscending, orderBy, orderColumn, type Position } from '../keyset.ts';
import { photoConditions } from '../photo-conditions.ts';
import { type PhotoFilter, PhotoOrderField } from '../photo-filter.ts';
import { type Count, type PageQuery, PhotoReader } from '../photo-reader.ts';
import { DUCKDB_CONDITIONS } from './duckdb-conditions.ts';
import { type Stretch, stretchOf } from './photo-stretch.ts';
import { TimelineSketches } from './timeline-sketches.ts';

/** Bounded reads of a page before it is read without a bound. */
const MAX_BOUNDED_READS = 2;
/** Photos scanned by the first read if a filter applies, because the number of matches is unknown. */
const FIRST_FILTERED_SCAN = 2_000;
/** A bounded read saves time only if it scans less than this share of the library. */
const MAX_BOUNDED_SHARE = 0.5;
/** Above this number of photos to scan, the value at the page's edge is read before all columns of the page. */
const TWO_STEP_PHOTOS = 1_000;
const MAX_TRIES = 3;

/**
 * Reads parts of a table that DuckDB keeps in timeline order. There are no indexes: a read is bounded by the range of time
 * that probably contains its photos.
 */
@Injectable()
export class DuckDbPhotoReader extends PhotoReader {
  override readonly dialect = DUCKDB_CONDITIONS;

  constructor(
    private readonly database: Database,
    private readonly sketches: TimelineSketches,
  ) {
    super();
  }

  override page(query: PageQuery): Promise<Photo[]> {
    const { filter, order, window } = query;
    return order.field === PhotoOrderField.TAKEN_AT
      ? this.#readStretch(query, stretchOf(filter, order, window))
      : this.#readToEdge(query, null);
  }

  override async hasBeyond(
    { userId, filter, order }: Omit<PageQuery, 'window'>,
    position: Position,
    side: 'after' | 'before',
  ): Promise<boolean> {
    const where = photoConditions(DUCKDB_CONDITIONS, userId, filter);
    DUCKDB_CONDITIONS.addPosition(where, order, position, side);
    const rows = await this.database.query(`SELECT id FROM photos WHERE ${where} LIMIT 1`, where.params);
    return rows.length > 0;
  }

  override async count(userId: string, filter: PhotoFilter | null): Promise<Count> {
    const where = photoConditions(DUCKDB_CONDITIONS, userId, filter);
    const [row] = await this.database.query<{ count: number }>(
      `SELECT CAST(COUNT(*) AS BIGINT) AS count FROM photos WHERE ${where}`,
      where.params,
    );
    return { photos: row?.count ?? 0, isExact: true };
  }

  /**
   * Reads the part of the timeline that probably contains the page. If the page is not full, reads a larger part,
   * and finally reads without a bound.
   */
  async #readStretch(query: PageQuery, { from, to, ascending, isFiltered }: Stretch): Promise<Photo[]> {
    const sketch = await this.sketches.get(query.userId);
    const { limit } = query.window;
    let scan = isFiltered ? FIRST_FILTERED_SCAN : limit;
    for (let reads = 1; reads <= MAX_BOUNDED_READS && scan < sketch.photos * MAX_BOUNDED_SHARE; reads++) {
      const edge = sketch.findEdge(from, ascending, scan);
      if (!edge || (to && (ascending ? edge.time >= to : edge.time <= to))) break;
      const bound: Bound = { sign: ascending ? '<' : '>=', value: edge.time };
      const photos =
        !isFiltered && edge.photos > TWO_STEP_PHOTOS
          ? await this.#readToEdge(query, bound)
          : await this.#read(query, [bound]);
      if (photos.length === limit) return photos;
      // Twice the number needed if matches are as frequent further on.
      scan *= photos.length > 0 ? Math.ceil((2 * limit) / photos.length) : Infinity;
    }
    return this.#read(query, []);
  }

  /**
   * Reads a page in two steps: first the value at its far edge, from one column, then the page. Sorting whole rows
   * by value and id would read all columns of many more rows.
   */
  async #readToEdge(query: PageQuery, bound: Bound | null): Promise<Photo[]> {
    const { order, window } = query;
    const column = orderColumn(order);
    const ascending = isAscending(order, window.backwards);
    const bounds = bound ? [bound] : [];
    for (let tried = 1; ; tried++) {
      const { where, limit } = this.#conditions(query, bounds);
      const values = await this.database.query<{ value: Position['value'] }>(
        `SELECT ${column} AS value FROM photos WHERE ${where} ORDER BY 1 ${ascending ? 'ASC' : 'DESC'} LIMIT ${limit}`,
        where.params,
      );
      const edge = values.length === window.limit ? values.at(-1) : undefined;
      const photos = await this.#read(
        query,
        edge ? [...bounds, { sign: ascending ? '<=' : '>=', value: edge.value }] : bounds,
      );
      // A photo deleted between the two reads would make the page look like the last one.
      if (photos.length >= values.length || tried === MAX_TRIES) return photos;
    }
  }

  async #read(query: PageQuery, bounds: readonly Bound[]): Promise<Photo[]> {
    const { where, limit } = this.#conditions(query, bounds);
    const rows = await this.database.query<PhotoRow>(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE ${where} ORDER BY ${orderBy(query.order, query.window.backwards)} LIMIT ${limit}`,
      where.params,
    );
    return rows.map(toPhoto);
  }

  #conditions({ userId, filter, order, window }: PageQuery, bounds: readonly Bound[]) {
    const where = photoConditions(DUCKDB_CONDITIONS, userId, filter);
    addWindow(DUCKDB_CONDITIONS, where, order, window);
    for (const { sign, value } of bounds) where.add(`${orderColumn(order)} ${sign} ${where.bind(value)}`);
    return { where, limit: where.bind(window.limit) };
  }
}

/** A limit on the values of the order's column. */
interface Bound {
  sign: '<' | '<=' | '>=';
  value: SqlValue;
}
