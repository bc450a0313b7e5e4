import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { LibraryMemo } from './library-memo.ts';
import { MONTH_OF_TAKEN_AT_LOCAL, monthName } from './month.ts';

/** A group of photos: a month, camera, content type or tag. */
export interface Stat {
  name: string;
  photos: number;
  bytes: number;
}

const TOTALS = 'CAST(COUNT(*) AS BIGINT) AS photos, CAST(SUM(size_bytes) AS BIGINT) AS bytes';

/** Statistics of a user's library, without the trash. Cached until the library changes. */
@Injectable()
export class StatsRepository {
  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

  /** Months in local time as YYYY-MM, newest first. */
  async byMonth(userId: string): Promise<Stat[]> {
    return this.memo.get(userId, 'byMonth', () => this.#byMonth(userId));
  }

  async #byMonth(userId: string): Promise<Stat[]> {
    const rows = await this.database.query<{ month: number; photos: number; bytes: number }>(
      `SELECT ${MONTH_OF_TAKEN_AT_LOCAL} AS month, ${TOTALS} FROM photos WHERE user_id = $1 AND trashed_date IS NULL GROUP BY 1 ORDER BY 1 DESC`,
      [userId],
    );
    return rows.map(({ month, ...row }) => ({ name: monthName(month), ...row }));
  }

  /** Cameras, largest total size first. */
  async byCamera(userId: string, limit: number): Promise<Stat[]> {
    return this.#byColumn(userId, 'camera', limit);
  }

  /** Content types, largest total size first. */
  async byContentType(userId: string, limit: number): Promise<Stat[]> {
    return this.#byColumn(userId, 'content_type', limit);
  }

  /** Tags, largest number of photos or largest total size first. */
  async byTag(userId: string, limit: number, order: 'photos' | 'bytes'): Promise<Stat[]> {
    return this.memo.get(userId, `byTag ${order} ${limit}`, () => this.#byTag(userId, limit, order));
  }

  async #byTag(userId: string, limit: number, order: 'photos' | 'bytes'): Promise<Stat[]> {
    return this.database.query<Stat>(
      `SELECT tag AS name, ${TOTALS} FROM photo_tags JOIN photos ON photos.id = photo_tags.photo_id
       WHERE photo_tags.user_id = $1 AND photos.user_id = $1 AND trashed_date IS NULL
       GROUP BY tag ORDER BY ${order} DESC, name LIMIT $2`,
      [userId, limit],
    );
  }

  async #byColumn(userId: string, column: 'camera' | 'content_type', limit: number): Promise<Stat[]> {
    return this.memo.get(userId, `${column} ${limit}`, () => this.#sumByColumn(userId, column, limit));
  }

  async #sumByColumn(userId: string, column: string, limit: number): Promise<Stat[]> {
    return this.database.query<Stat>(
      `SELECT ${column} AS name, ${TOTALS} FROM photos WHERE user_id = $1 AND trashed_date IS NULL AND ${column} IS NOT NULL
       GROUP BY 1 ORDER BY bytes DESC, name LIMIT $2`,
      [userId, limit],
    );
  }
}
