import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { LibraryStats, MonthlyStat, NamedStat } from './stats.ts';
import { StatsService } from './stats.service.ts';

@Resolver(() => LibraryStats)
export class StatsResolver {
  constructor(private readonly statistics: StatsService) {}

  @Query(() => [NamedStat], { description: `Tags, most used first. At most ${LIST_LIMITS.tags}.` })
  tags(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.tags(user.sub);
  }

  @Query(() => LibraryStats, {
    description: `Statistics, largest entries first. At most ${LIST_LIMITS.stats} entries of each kind, except for months.`,
  })
  stats(): LibraryStats {
    return new LibraryStats();
  }

  @ResolveField(() => [MonthlyStat])
  byMonth(@CurrentUser() user: Identity): Promise<MonthlyStat[]> {
    return this.statistics.byMonth(user.sub);
  }

  @ResolveField(() => [NamedStat])
  byCamera(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byCamera(user.sub);
  }

  @ResolveField(() => [NamedStat])
  byContentType(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byContentType(user.sub);
  }

  @ResolveField(() => [NamedStat])
  byTag(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byTag(user.sub);
  }
}
