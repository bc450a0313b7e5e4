import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../auth/current-user.ts';
import type { Identity } from '../auth/identity.ts';
import type { InvalidInputError } from '../graphql/types/user-error.ts';
import { PreferredLocale } from './preferred-locale.ts';
import { Settings, SettingsPatch, SettingsResult } from './settings.ts';
import { Storage, Viewer } from './viewer.ts';
import { ViewerService } from './viewer.service.ts';

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(private readonly viewers: ViewerService) {}

  @Query(() => Viewer)
  viewer(@CurrentUser() user: Identity): Promise<Viewer> {
    return this.viewers.get(user.sub);
  }

  @ResolveField(() => Storage)
  storage(@Parent() viewer: Viewer): Promise<Storage> {
    return this.viewers.storage(viewer.id);
  }

  @ResolveField(() => Settings)
  settings(@Parent() viewer: Viewer, @PreferredLocale() locale: string): Promise<Settings> {
    return this.viewers.settings(viewer.id, locale);
  }

  @Mutation(() => SettingsResult)
  updateSettings(
    @CurrentUser() user: Identity,
    @Args('patch') patch: SettingsPatch,
    @PreferredLocale() locale: string,
  ): Promise<Settings | InvalidInputError> {
    return this.viewers.updateSettings(user.sub, patch, locale);
  }
}
