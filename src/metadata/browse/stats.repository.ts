import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { LibraryMemo } from './library-memo.ts';
import { MONTH_OF_TAKEN_AT_LOCAL, monthName } from './month.ts';

export interface Stat {
  name: string;
  photos: number;
  bytes: number;
}

const SIZE = 'CAST(COUNT(*) AS BIGINT) AS photos, CAST(SUM(size_bytes) AS BIGINT) AS bytes';

/** What a person's library is made of; the trash does not count. */
@Injectable()
export class StatsRepository {
  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

  /** Months by the camera's clock as YYYY-MM, the newest first. */
  async byMonth(userId: string): Promise<Stat[]> {
    return this.memo.get(userId, 'byMonth', () => this.#byMonth(userId));
  }

  async #byMonth(userId: string): Promise<Stat[]> {
    const rows = await this.database.query<{ month: number; photos: number; bytes: number }>(
      `SELECT ${MONTH_OF_TAKEN_AT_LOCAL} AS month, ${SIZE} FROM photos WHERE user_id = $1 AND trashed_date IS NULL GROUP BY 1 ORDER BY 1 DESC`,
      [userId],
    );
    return rows.map(({ month, ...row }) => ({ name: monthName(month), ...row }));
  }

  async byCamera(userId: string, limit: number): Promise<Stat[]> {
    return this.#by(userId, 'camera', limit);
  }

  async byContentType(userId: string, limit: number): Promise<Stat[]> {
    return this.#by(userId, 'content_type', limit);
  }

  /** The most used first, or the largest. */
  async byTag(userId: string, limit: number, order: 'photos' | 'bytes'): Promise<Stat[]> {
    return this.memo.get(userId, `byTag ${order} ${limit}`, () => this.#byTag(userId, limit, order));
  }

  async #byTag(userId: string, limit: number, order: 'photos' | 'bytes'): Promise<Stat[]> {
    return this.database.query<Stat>(
      `SELECT tag AS name, ${SIZE} FROM photo_tags JOIN photos ON photos.id = photo_tags.photo_id
       WHERE photo_tags.user_id = $1 AND photos.user_id = $1 AND trashed_date IS NULL
       GROUP BY tag ORDER BY ${order} DESC, name LIMIT $2`,
      [userId, limit],
    );
  }

  async #by(userId: string, column: 'camera' | 'content_type', limit: number): Promise<Stat[]> {
    return this.memo.get(userId, `${column} ${limit}`, () => this.#sumBy(userId, column, limit));
  }

  async #sumBy(userId: string, column: string, limit: number): Promise<Stat[]> {
    return this.database.query<Stat>(
      `SELECT ${column} AS name, ${SIZE} FROM photos WHERE user_id = $1 AND trashed_date IS NULL AND ${column} IS NOT NULL
       GROUP BY 1 ORDER BY bytes DESC, name LIMIT $2`,
      [userId, limit],
    );
  }
}
