import { Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { Storage } from '../../viewer/viewer.ts';
import { ViewerService } from '../../viewer/viewer.service.ts';
import { LibraryChange, LibraryEvents } from './library-events.ts';

@Resolver(() => LibraryChange)
export class LibraryResolver {
  constructor(
    private readonly events: LibraryEvents,
    private readonly viewers: ViewerService,
  ) {}

  @Subscription(() => LibraryChange, { resolve: (change: object) => change })
  async libraryChanged(@CurrentUser() user: Identity): Promise<AsyncIterableIterator<object>> {
    // The first request of a new user may be a WebSocket connection.
    await this.viewers.upsert(user);
    return this.events.changes(user.sub);
  }

  @ResolveField(() => Storage)
  storage(@CurrentUser() user: Identity, @Parent() _change: LibraryChange): Promise<Storage> {
    return this.viewers.storage(user.sub);
  }
}
