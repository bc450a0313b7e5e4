import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ByteSize } from '../../graphql/types/scalars.ts';
import type { Stat } from '../../metadata/browse/stats.repository.ts';

@ObjectType()
export class MonthlyStat {
  @Field({ description: "Month as YYYY-MM, in the photos' local time." })
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

@ObjectType({ description: 'Statistics of the library, without the trash.' })
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
