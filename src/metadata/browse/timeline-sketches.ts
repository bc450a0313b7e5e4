import { LRUCache } from 'lru-cache';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { LibraryMemo } from './library-memo.ts';
import { type DayCount, TimelineSketch } from './timeline-sketch.ts';

/** Users whose sketches are kept. */
const MAX_USERS = 1_000;
/** How old a sketch may get before it is looked whether the library has changed. */
const KEPT_MS = 10_000;

interface Kept {
  sketch: TimelineSketch;
  since: number;
}

/** Keeps a sketch of each library. A change of the library shows in it a while later; nobody but the first waits for it. */
@Injectable()
export class TimelineSketches {
  readonly #users = new LRUCache<string, Kept>({ max: MAX_USERS });
  readonly #logger = new Logger(TimelineSketches.name);

  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

  async get(userId: string): Promise<TimelineSketch> {
    const kept = this.#users.get(userId);
    if (!kept) return this.#renew(userId);
    if (performance.now() - kept.since > KEPT_MS) {
      kept.since = performance.now();
      this.#renew(userId).catch((error: unknown) => this.#logger.debug({ err: error }, 'No new sketch.'));
    }
    return kept.sketch;
  }

  async #renew(userId: string): Promise<TimelineSketch> {
    const since = performance.now();
    const sketch = await this.memo.get(userId, 'sketch', () => this.#draw(userId));
    this.#users.set(userId, { sketch, since });
    return sketch;
  }

  async #draw(userId: string): Promise<TimelineSketch> {
    const days = await this.database.query<DayCount>(
      `SELECT CAST(CAST(taken_at_local AS DATE) AS TIMESTAMP) AS day, CAST(COUNT(*) AS BIGINT) AS count FROM photos
       WHERE user_id = $1 AND trashed_date IS NULL GROUP BY 1 ORDER BY 1`,
      [userId],
    );
    return new TimelineSketch(days);
  }
}
