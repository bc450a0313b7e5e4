import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.ts';
import { LibraryMemo } from './library-memo.ts';
import type { Photo } from './photo.ts';
import { selectByIds } from './photo.repository.ts';
import { MONTH_OF_TAKEN_AT_LOCAL, monthName } from './month.ts';
import { addPlace, isAscending, orderBy, orderColumn, type Place } from './keyset.ts';
import {
  type Conditions,
  NEWEST_FIRST,
  photoConditions,
  type PhotoFilter,
  type PhotoOrder,
} from './photo-query.ts';
import { PHOTO_COLUMNS, type PhotoRow, toPhoto } from './photo-row.ts';

/** A window on an ordered list: `limit` photos after or before a place, or from the start or the end. */
export interface Window {
  limit: number;
  after: Place | null;
  before: Place | null;
  /** Read from the end: the last `limit` photos of the window. */
  backwards: boolean;
}

const MAX_TRIES = 3;

export interface StripRow {
  id: string;
  width: number;
  height: number;
  thumbhash: string;
  takenAtLocal: Date;
  checksum: string;
  favorite: boolean;
}

/** The place of a photo in an order. */
export function placeOf(photo: Photo, order: PhotoOrder): Place {
  const value = {
    taken_at_local: photo.takenAtLocal,
    upload_date: photo.uploadedAt,
    filename: photo.filename,
    size_bytes: photo.sizeBytes,
  }[orderColumn(order)];
  return { value, id: photo.id };
}

/** A person's photos as lists: pages, months, strips, counts. */
@Injectable()
export class PhotoListRepository {
  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

  /** The photos of a window, in the order asked for. */
  async page(
    userId: string,
    filter: PhotoFilter | null,
    order: PhotoOrder,
    window: Window,
  ): Promise<Photo[]> {
    const where = photoConditions(userId, filter);
    if (window.after) addPlace(where, order, window.after, 'after');
    if (window.before) addPlace(where, order, window.before, 'before');
    const { backwards } = window;
    for (let tried = 1; ; tried++) {
      const { ids, expected } = await this.#ids(where, order, window);
      const photos = await this.#withIds(userId, ids);
      // One that went between the reads would make the page look like the last.
      if (photos.length >= expected || tried === MAX_TRIES) return backwards ? photos.toReversed() : photos;
    }
  }

  /**
   * The ids of a page, and how many there were a moment before. The value at the page's far edge is found first, in one
   * column: to order a library by value and id, every id of it would be read.
   */
  async #ids(
    where: Conditions,
    order: PhotoOrder,
    { limit, backwards }: Window,
  ): Promise<{ ids: string[]; expected: number }> {
    const column = orderColumn(order);
    const ascending = isAscending(order, backwards);
    const conditions = where.toString();
    const most = `$${where.params.length + 1}`;
    const values = await this.database.query<{ value: Place['value'] }>(
      `SELECT ${column} AS value FROM photos WHERE ${conditions} ORDER BY 1 ${ascending ? 'ASC' : 'DESC'} LIMIT ${most}`,
      [...where.params, limit],
    );
    const edge = values.at(-1);
    if (!edge) return { ids: [], expected: 0 };
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM photos WHERE ${conditions} AND ${column} ${ascending ? '<=' : '>='} $${where.params.length + 2}
       ORDER BY ${orderBy(order, backwards)} LIMIT ${most}`,
      [...where.params, limit, edge.value],
    );
    return { ids: rows.map((row) => row.id), expected: values.length };
  }

  /** The photos of ids in their order; a photo that was deleted since its id was read is left out. */
  async #withIds(userId: string, ids: readonly string[]): Promise<Photo[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<PhotoRow>(selectByIds(PHOTO_COLUMNS, ids.length), [
      userId,
      ...ids,
    ]);
    const photos = new Map(rows.map((row) => [row.id, toPhoto(row)]));
    return ids.flatMap((id) => photos.get(id) ?? []);
  }

  /** Whether the list has anything at or beyond a place: on its far side (`after`) or its near side (`before`). */
  async hasBeyond(
    userId: string,
    filter: PhotoFilter | null,
    order: PhotoOrder,
    place: Place,
    side: 'after' | 'before',
  ): Promise<boolean> {
    const where = photoConditions(userId, filter);
    addPlace(where, order, place, side);
    const rows = await this.database.query(`SELECT id FROM photos WHERE ${where} LIMIT 1`, where.params);
    return rows.length > 0;
  }

  async count(userId: string, filter: PhotoFilter | null): Promise<number> {
    if (filter) return this.#count(userId, filter);
    return this.memo.get(userId, 'count', () => this.#count(userId, null));
  }

  async #count(userId: string, filter: PhotoFilter | null): Promise<number> {
    const where = photoConditions(userId, filter);
    const [row] = await this.database.query<{ count: number }>(
      `SELECT CAST(COUNT(*) AS BIGINT) AS count FROM photos WHERE ${where}`,
      where.params,
    );
    return row?.count ?? 0;
  }

  /** Months that have photos, YYYY-MM, the newest first. */
  async months(userId: string, filter: PhotoFilter | null): Promise<{ month: string; count: number }[]> {
    if (filter) return this.#months(userId, filter);
    return this.memo.get(userId, 'months', () => this.#months(userId, null));
  }

  async #months(userId: string, filter: PhotoFilter | null): Promise<{ month: string; count: number }[]> {
    const where = photoConditions(userId, filter);
    const rows = await this.database.query<{ month: number; count: number }>(
      `SELECT ${MONTH_OF_TAKEN_AT_LOCAL} AS month, CAST(COUNT(*) AS BIGINT) AS count FROM photos WHERE ${where} GROUP BY 1 ORDER BY 1 DESC`,
      where.params,
    );
    return rows.map((row) => ({ month: monthName(row.month), count: row.count }));
  }

  /** The photos of [from, to) by the camera's clock, the newest first, as little of each as a wall of pictures needs. */
  async strip(
    userId: string,
    filter: PhotoFilter | null,
    month: { from: Date; to: Date },
    limit: number,
    after: Place | null,
  ): Promise<StripRow[]> {
    const where = photoConditions(userId, filter);
    where.between('taken_at_local', month);
    if (after) addPlace(where, NEWEST_FIRST, after, 'after');
    const rows = await this.database.query<
      Pick<PhotoRow, 'id' | 'width' | 'height' | 'thumbhash' | 'taken_at_local' | 'checksum' | 'favorite'>
    >(
      `SELECT id, width, height, thumbhash, taken_at_local, checksum, favorite FROM photos WHERE ${where}
       ORDER BY ${orderBy(NEWEST_FIRST, false)} LIMIT ${where.bind(limit)}`,
      where.params,
    );
    return rows.map(({ taken_at_local: takenAtLocal, ...row }) => ({ ...row, takenAtLocal }));
  }
}
