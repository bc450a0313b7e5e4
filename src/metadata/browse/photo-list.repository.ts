import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { LibraryMemo } from './library-memo.ts';
import { MONTH_OF_TAKEN_AT_LOCAL, monthName } from './month.ts';
import { addPosition, orderBy, type Position } from './keyset.ts';
import { photoConditions } from './photo-conditions.ts';
import { NEWEST_FIRST, type PhotoFilter } from './photo-filter.ts';

export interface StripRow {
  id: string;
  width: number;
  height: number;
  thumbhash: string;
  takenAtLocal: Date;
  /** Its first twelve digits: a text that is no longer costs a twentieth of a longer one to read. */
  checksum: string;
  favorite: boolean;
}

/** A person's photos as sums and columns: counts, months, strips. */
@Injectable()
export class PhotoListRepository {
  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

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
    after: Position | null,
  ): Promise<StripRow[]> {
    const where = photoConditions(userId, filter);
    where.between('taken_at_local', month);
    if (after) addPosition(where, NEWEST_FIRST, after, 'after');
    return this.database.query<StripRow>(
      `SELECT id, width, height, thumbhash, taken_at_local AS "takenAtLocal", substr(checksum, 1, 12) AS checksum, favorite
       FROM photos WHERE ${where} ORDER BY ${orderBy(NEWEST_FIRST, false)} LIMIT ${where.bind(limit)}`,
      where.params,
    );
  }
}
