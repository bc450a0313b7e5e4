import { Injectable } from '@nestjs/common';
import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { type Stat, StatsRepository } from '../../metadata/browse/stats.repository.ts';
import type { MonthlyStat } from './stats.ts';

/** Statistics of a user's library, without the trash. */
@Injectable()
export class StatsService {
  constructor(private readonly statistics: StatsRepository) {}

  /** Tags, most used first. */
  tags(userId: string): Promise<Stat[]> {
    return this.statistics.byTag(userId, LIST_LIMITS.tags, 'photos');
  }

  /** Months, newest first. */
  async byMonth(userId: string): Promise<MonthlyStat[]> {
    const months = await this.statistics.byMonth(userId);
    return months.map(({ name, ...stat }) => ({ month: name, ...stat }));
  }

  /** Cameras, largest total size first. */
  byCamera(userId: string): Promise<Stat[]> {
    return this.statistics.byCamera(userId, LIST_LIMITS.stats);
  }

  /** Content types, largest total size first. */
  byContentType(userId: string): Promise<Stat[]> {
    return this.statistics.byContentType(userId, LIST_LIMITS.stats);
  }

  /** Tags, largest total size first. */
  byTag(userId: string): Promise<Stat[]> {
    return this.statistics.byTag(userId, LIST_LIMITS.stats, 'bytes');
  }
}
