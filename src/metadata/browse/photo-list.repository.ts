import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { LibraryMemo } from './library-memo.ts';
import { MONTH_OF_TAKEN_AT_LOCAL, monthName } from './month.ts';
import { orderBy, type Position } from './keyset.ts';
import { photoConditions } from './photo-conditions.ts';
import { NEWEST_FIRST, type PhotoFilter } from './photo-filter.ts';
import { type Count, PhotoReader } from './photo-reader.ts';

/** The columns of a photo that a timeline strip contains. */
export interface StripRow {
  id: string;
  width: number;
  height: number;
  thumbhash: string;
  takenAtLocal: Date;
  /**
   * Truncated to 12 characters, because DuckDB stores strings of this length inline and reads them about 20 times
   * faster.
   */
  checksum: string;
  favorite: boolean;
}

/** Counts, months and strips of a user's photos. */
@Injectable()
export class PhotoListRepository {
  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
    private readonly reader: PhotoReader,
  ) {}

  /** The number of photos that match a filter. */
  async count(userId: string, filter: PhotoFilter | null): Promise<Count> {
    if (filter) return this.reader.count(userId, filter);
    return this.memo.get(userId, 'count', () => this.reader.count(userId, null));
  }

  /** Months that have photos, as YYYY-MM, newest first. */
  async months(userId: string, filter: PhotoFilter | null): Promise<{ month: string; count: number }[]> {
    if (filter) return this.#months(userId, filter);
    return this.memo.get(userId, 'months', () => this.#months(userId, null));
  }

  async #months(userId: string, filter: PhotoFilter | null): Promise<{ month: string; count: number }[]> {
    const where = photoConditions(this.reader.dialect, userId, filter);
    const rows = await this.database.query<{ month: number; count: number }>(
      `SELECT ${MONTH_OF_TAKEN_AT_LOCAL} AS month, CAST(COUNT(*) AS BIGINT) AS count FROM photos WHERE ${where} GROUP BY 1 ORDER BY 1 DESC`,
      where.params,
    );
    return rows.map((row) => ({ month: monthName(row.month), count: row.count }));
  }

  /**
   * Photos of one month, newest first, with only the columns that the timeline displays.
   * @param month half-open range of local time
   * @param after position to continue from; null starts at the newest photo
   */
  async strip(
    userId: string,
    filter: PhotoFilter | null,
    month: { from: Date; to: Date },
    limit: number,
    after: Position | null,
  ): Promise<StripRow[]> {
    const where = photoConditions(this.reader.dialect, userId, filter);
    where.between('taken_at_local', month);
    if (after) this.reader.dialect.addPosition(where, NEWEST_FIRST, after, 'after');
    return this.database.query<StripRow>(
      `SELECT id, width, height, thumbhash, taken_at_local AS "takenAtLocal", substr(checksum, 1, 12) AS checksum, favorite
       FROM photos WHERE ${where} ORDER BY ${orderBy(NEWEST_FIRST, false)} LIMIT ${where.bind(limit)}`,
      where.params,
    );
  }
}
