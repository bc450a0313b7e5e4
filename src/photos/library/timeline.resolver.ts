import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { BrowseService } from './browse.service.ts';
import { PhotoFilterInput } from './photo-filter.input.ts';
import { TimelineMonth, TimelineStrip } from './timeline.ts';

@Resolver()
export class TimelineResolver {
  constructor(private readonly photos: BrowseService) {}

  @Query(() => [TimelineMonth], { description: 'Months, newest first.' })
  timeline(
    @CurrentUser() user: Identity,
    @Args('filter', { type: () => PhotoFilterInput, nullable: true }) filter: PhotoFilterInput | null = null,
  ): Promise<TimelineMonth[]> {
    return this.photos.months(user.sub, filter);
  }

  @Query(() => TimelineStrip, {
    description: `Photos of one month, newest first. \`first\` accepts 1..${LIST_LIMITS.column} and defaults to ${LIST_LIMITS.column}.`,
  })
  timelineStrip(
    @CurrentUser() user: Identity,
    @Args('month') month: string,
    @Args('filter', { type: () => PhotoFilterInput, nullable: true }) filter: PhotoFilterInput | null = null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<TimelineStrip> {
    return this.photos.strip(user.sub, month, filter, first, after);
  }
}
