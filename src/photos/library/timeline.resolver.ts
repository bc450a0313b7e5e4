import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Args, Field, Float, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { badUserInput } from '../../graphql/types/errors.ts';
import { LocalDateTime } from '../../graphql/types/scalars.ts';
import { decodeCursor, encodeCursor } from '../../metadata/browse/keyset.ts';
import { monthRange } from '../../metadata/browse/month.ts';
import { PhotoListRepository } from '../../metadata/browse/photo-list.repository.ts';
import { NEWEST_FIRST, PhotoFilter } from '../../metadata/browse/photo-query.ts';
import { mediaUrl } from '../delivery/media-url.ts';

@ObjectType({ description: 'A month of the timeline.' })
export class TimelineMonth {
  @Field({ description: "YYYY-MM, by the photos' local time." })
  month!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType({
  description: 'A month as columns, not objects, so that ten thousand photos are one small answer.',
})
export class TimelineStrip {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => [Float], { description: 'width / height of each, rounded to four digits behind the point.' })
  ratios!: number[];

  @Field(() => [String])
  thumbhashes!: string[];

  @Field(() => [LocalDateTime])
  takenAtLocal!: Date[];

  @Field(() => [String])
  thumbnailUrls!: string[];

  @Field(() => [Boolean])
  favorites!: boolean[];

  @Field(() => String, { nullable: true, description: 'Set where the month has more than was asked for.' })
  endCursor!: string | null;
}

/** To four digits behind the point, or of a strip of a picture to all there are: less than a pixel, in a third of the bytes. */
function ratioOf({ width, height }: { width: number; height: number }): number {
  const ratio = width / height;
  return ratio < 0.1 ? ratio : Math.round(ratio * 10_000) / 10_000;
}

@Resolver()
export class TimelineResolver {
  constructor(private readonly lists: PhotoListRepository) {}

  @Query(() => [TimelineMonth], { description: 'Newest month first.' })
  timeline(
    @CurrentUser() user: Identity,
    @Args('filter', { type: () => PhotoFilter, nullable: true }) filter: PhotoFilter | null = null,
  ): Promise<TimelineMonth[]> {
    return this.lists.months(user.sub, filter);
  }

  @Query(() => TimelineStrip, {
    description: 'Newest first within the month; first is 1..10000, 10000 when left out.',
  })
  async timelineStrip(
    @CurrentUser() user: Identity,
    @Args('month') month: string,
    @Args('filter', { type: () => PhotoFilter, nullable: true }) filter: PhotoFilter | null = null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<TimelineStrip> {
    const limit = first ?? LIST_LIMITS.column;
    if (limit < 1 || limit > LIST_LIMITS.column)
      throw badUserInput(`first must be 1 to ${LIST_LIMITS.column}.`);
    const place = after == null ? null : decodeCursor(NEWEST_FIRST, after);
    const rows = await this.lists.strip(user.sub, filter, monthRange(month), limit + 1, place);
    const more = rows.length > limit ? rows[limit - 1] : null;
    if (more) rows.pop();
    return {
      ids: rows.map((row) => row.id),
      ratios: rows.map(ratioOf),
      thumbhashes: rows.map((row) => row.thumbhash),
      takenAtLocal: rows.map((row) => row.takenAtLocal),
      thumbnailUrls: rows.map((row) => mediaUrl(row, 'thumbnail')),
      favorites: rows.map((row) => row.favorite),
      endCursor: more ? encodeCursor(NEWEST_FIRST, { value: more.takenAtLocal, id: more.id }) : null,
    };
  }
}
