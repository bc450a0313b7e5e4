import { Injectable } from '@nestjs/common';
import { Database, type SqlValue } from '../../database/database.ts';
import { addPosition, isAscending, orderBy, orderColumn, type Position } from './keyset.ts';
import { photoConditions } from './photo-conditions.ts';
import { type PhotoFilter, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';
import { PHOTO_COLUMNS, type PhotoRow, toPhoto } from '../photos/photo-columns.ts';
import type { Photo } from '../photos/photo.ts';
import { type Stretch, stretchOf } from './photo-stretch.ts';
import { TimelineSketches } from './timeline-sketches.ts';

/** A window on an ordered list: `limit` photos after or before a position, or from the start or the end. */
export interface Window {
  limit: number;
  after: Position | null;
  before: Position | null;
  /** Read from the end: the last `limit` photos of the window. */
  backwards: boolean;
}

/** Reads of a page before the one without a bound. */
const BOUNDED_LOOKS = 2;
/** Photos that are looked at first where a filter leaves nobody knows how many of them. */
const FIRST_LOOK = 2_000;
/** Part of the library that is worth a look of its own. */
const WORTHWHILE = 0.5;
/** Photos beyond which all columns of a page are read only when its last photo is known. */
const WIDE_ROWS = 1_000;
const MAX_TRIES = 3;

/** A person's photos page by page. */
@Injectable()
export class PhotoPageRepository {
  constructor(
    private readonly database: Database,
    private readonly sketches: TimelineSketches,
  ) {}

  /** The photos of a window, in the order asked for. */
  async page(
    userId: string,
    filter: PhotoFilter | null,
    order: PhotoOrder,
    window: Window,
  ): Promise<Photo[]> {
    const query: PageQuery = { userId, filter, order, window };
    const photos =
      order.field === PhotoOrderField.TAKEN_AT
        ? await this.#lookAlong(query, stretchOf(filter, order, window))
        : await this.#readToEdge(query, null);
    return window.backwards ? photos.toReversed() : photos;
  }

  /** Whether the list has anything at or beyond a position: on its far side (`after`) or its near side (`before`). */
  async hasBeyond(
    userId: string,
    filter: PhotoFilter | null,
    order: PhotoOrder,
    position: Position,
    side: 'after' | 'before',
  ): Promise<boolean> {
    const where = photoConditions(userId, filter);
    addPosition(where, order, position, side);
    const rows = await this.database.query(`SELECT id FROM photos WHERE ${where} LIMIT 1`, where.params);
    return rows.length > 0;
  }

  /** Reads as far along the timeline as the page may lie, farther where it did not fill, and at last to the end. */
  async #lookAlong(query: PageQuery, { from, to, ascending, isThin }: Stretch): Promise<Photo[]> {
    const sketch = await this.sketches.get(query.userId);
    const { limit } = query.window;
    let look = isThin ? FIRST_LOOK : limit;
    for (let looks = 1; looks <= BOUNDED_LOOKS && look < sketch.photos * WORTHWHILE; looks++) {
      const reach = sketch.reach(from, ascending, look);
      if (!reach || (to && (ascending ? reach.edge >= to : reach.edge <= to))) break;
      const bound: Bound = { sign: ascending ? '<' : '>=', value: reach.edge };
      const photos =
        !isThin && reach.photos > WIDE_ROWS
          ? await this.#readToEdge(query, bound)
          : await this.#read(query, [bound]);
      if (photos.length === limit) return photos;
      // Twice what it takes if they lie as close further on.
      look *= photos.length > 0 ? Math.ceil((2 * limit) / photos.length) : Infinity;
    }
    return this.#read(query, []);
  }

  /**
   * Finds the value at the far edge of the page first, in one column, and then the page: to sort whole rows by value and
   * id, all columns of many more of them would be read.
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
      // One that went between the reads would make the page look like the last.
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
    const where = photoConditions(userId, filter);
    if (window.after) addPosition(where, order, window.after, 'after');
    if (window.before) addPosition(where, order, window.before, 'before');
    for (const { sign, value } of bounds) where.add(`${orderColumn(order)} ${sign} ${where.bind(value)}`);
    return { where, limit: where.bind(window.limit) };
  }
}

interface PageQuery {
  userId: string;
  filter: PhotoFilter | null;
  order: PhotoOrder;
  window: Window;
}

/** How far the order's column is read. */
interface Bound {
  sign: '<' | '<=' | '>=';
  value: SqlValue;
}
