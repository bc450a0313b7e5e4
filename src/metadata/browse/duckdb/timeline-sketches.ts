import { LRUCache } from 'lru-cache';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../database/database.ts';
import { LibraryMemo } from '../library-memo.ts';
import { type DayCount, TimelineSketch } from './timeline-sketch.ts';

/** Users whose sketches are cached. */
const MAX_USERS = 1_000;
/** Milliseconds after which the next request for a sketch refreshes it in the background. */
const MAX_AGE_MS = 10_000;

interface CachedSketch {
  sketch: TimelineSketch;
  /** Time of the last refresh, on the clock of `performance.now()`. */
  refreshedAt: number;
}

/**
 * Caches a sketch of each library. Only the first request for a library waits for its sketch; later requests return
 * the cached sketch, which may be out of date.
 */
@Injectable()
export class TimelineSketches {
  readonly #users = new LRUCache<string, CachedSketch>({ max: MAX_USERS });
  readonly #logger = new Logger(TimelineSketches.name);

  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

  async get(userId: string): Promise<TimelineSketch> {
    const cached = this.#users.get(userId);
    if (!cached) return this.#refresh(userId);
    if (performance.now() - cached.refreshedAt > MAX_AGE_MS) {
      cached.refreshedAt = performance.now();
      this.#refresh(userId).catch((error: unknown) =>
        this.#logger.debug({ err: error }, 'Refreshing a timeline sketch failed.'),
      );
    }
    return cached.sketch;
  }

  async #refresh(userId: string): Promise<TimelineSketch> {
    const refreshedAt = performance.now();
    const sketch = await this.memo.get(userId, 'sketch', () => this.#compute(userId));
    this.#users.set(userId, { sketch, refreshedAt });
    return sketch;
  }

  async #compute(userId: string): Promise<TimelineSketch> {
    const days = await this.database.query<DayCount>(
      `SELECT CAST(CAST(taken_at_local AS DATE) AS TIMESTAMP) AS day, CAST(COUNT(*) AS BIGINT) AS count FROM photos
       WHERE user_id = $1 AND trashed_date IS NULL GROUP BY 1 ORDER BY 1`,
      [userId],
    );
    return new TimelineSketch(days);
  }
}
