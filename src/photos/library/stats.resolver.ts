import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Field, Int, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { ByteSize } from '../../graphql/types/scalars.ts';
import { type Stat, StatsRepository } from '../../metadata/browse/stats.repository.ts';

@ObjectType()
export class MonthlyStat {
  @Field({ description: "YYYY-MM, by the photos' local time." })
  month!: string;

  @Field(() => Int)
  photos!: number;

  @Field(() => ByteSize)
  bytes!: number;
}

@ObjectType()
export class NamedStat implements Stat {
  @Field()
  name!: string;

  @Field(() => Int)
  photos!: number;

  @Field(() => ByteSize)
  bytes!: number;
}

@ObjectType({ description: 'What the library is made of, without the trash.' })
export class LibraryStats {
  @Field(() => [MonthlyStat])
  byMonth!: MonthlyStat[];

  @Field(() => [NamedStat])
  byCamera!: NamedStat[];

  @Field(() => [NamedStat])
  byContentType!: NamedStat[];

  @Field(() => [NamedStat])
  byTag!: NamedStat[];
}

@Resolver(() => LibraryStats)
export class StatsResolver {
  constructor(private readonly statistics: StatsRepository) {}

  @Query(() => [NamedStat], { description: 'The most used first, 1,000 at most.' })
  tags(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byTag(user.sub, LIST_LIMITS.tags, 'photos');
  }

  @Query(() => LibraryStats, { description: 'The largest first, 100 of each at most but for the months.' })
  stats(): LibraryStats {
    return new LibraryStats();
  }

  @ResolveField(() => [MonthlyStat])
  async byMonth(@CurrentUser() user: Identity): Promise<MonthlyStat[]> {
    const months = await this.statistics.byMonth(user.sub);
    return months.map(({ name, ...stat }) => ({ month: name, ...stat }));
  }

  @ResolveField(() => [NamedStat])
  byCamera(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byCamera(user.sub, LIST_LIMITS.stats);
  }

  @ResolveField(() => [NamedStat])
  byContentType(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byContentType(user.sub, LIST_LIMITS.stats);
  }

  @ResolveField(() => [NamedStat])
  byTag(@CurrentUser() user: Identity): Promise<NamedStat[]> {
    return this.statistics.byTag(user.sub, LIST_LIMITS.stats, 'bytes');
  }
}
