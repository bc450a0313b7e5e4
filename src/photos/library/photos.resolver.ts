import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { Node } from '../../graphql/types/node.ts';
import type { InvalidInputError } from '../../graphql/types/user-error.ts';
import { Photo } from '../../metadata/photos/photo.ts';
import { PhotoListRepository } from '../../metadata/browse/photo-list.repository.ts';
import { PhotoPageRepository } from '../../metadata/browse/photo-page.repository.ts';
import { NEWEST_FIRST, PhotoFilter, PhotoOrder } from '../../metadata/browse/photo-query.ts';
import type { Viewer } from '../../viewer/viewer.ts';
import { ViewerService } from '../../viewer/viewer.service.ts';
import { PageInfo, PhotoConnection, PhotoEdge, toWindow } from './photo-connection.ts';
import { PhotoPatch } from './photo-patch.ts';
import { PhotosService } from './photos.service.ts';
import {
  type DeletedPhoto,
  DeletePhotoResult,
  type NotFoundError,
  PhotoResult,
} from '../upload/upload-results.ts';

@Resolver()
export class PhotosResolver {
  constructor(
    private readonly photos: PhotosService,
    private readonly pages: PhotoPageRepository,
    private readonly viewers: ViewerService,
  ) {}

  @Query(() => Node, { nullable: true })
  async node(
    @CurrentUser() user: Identity,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<Photo | Viewer | null> {
    return id === user.sub ? this.viewers.get(user.sub) : this.photos.find(user.sub, id);
  }

  @Query(() => Photo, { nullable: true })
  photo(@CurrentUser() user: Identity, @Args('id', { type: () => ID }) id: string): Promise<Photo | null> {
    return this.photos.find(user.sub, id);
  }

  @Query(() => PhotoConnection, { name: 'photos' })
  async list(
    @CurrentUser() user: Identity,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('last', { type: () => Int, nullable: true }) last?: number | null,
    @Args('before', { type: () => String, nullable: true }) before?: string | null,
    @Args('filter', { type: () => PhotoFilter, nullable: true }) filter: PhotoFilter | null = null,
    @Args('orderBy', { type: () => PhotoOrder, nullable: true, description: 'Default TAKEN_AT DESC.' })
    orderBy?: PhotoOrder | null,
  ): Promise<PhotoConnection> {
    const order = orderBy ?? NEWEST_FIRST;
    const window = toWindow({ first, after, last, before }, order);
    // One more than asked for tells whether there is more.
    const found = await this.pages.page(user.sub, filter, order, { ...window, limit: window.limit + 1 });
    const hasMore = found.length > window.limit;
    const nodes = window.backwards ? found.slice(hasMore ? 1 : 0) : found.slice(0, window.limit);
    return new PhotoConnection({ userId: user.sub, filter, order, window }, nodes, hasMore);
  }

  @Mutation(() => [PhotoResult])
  updatePhotos(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
    @Args('patch') patch: PhotoPatch,
  ): Promise<(Photo | NotFoundError | InvalidInputError)[]> {
    return this.photos.update(user.sub, ids, patch);
  }

  @Mutation(() => [PhotoResult], {
    description: 'Into the trash, from which it can be restored until it is purged.',
  })
  trashPhotos(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<(Photo | NotFoundError)[]> {
    return this.photos.trash(user.sub, ids);
  }

  @Mutation(() => [PhotoResult])
  restorePhotos(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<(Photo | NotFoundError)[]> {
    return this.photos.restore(user.sub, ids);
  }

  @Mutation(() => [DeletePhotoResult], {
    description: 'For good: the row, the original and every rendition.',
  })
  deletePhotos(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<(DeletedPhoto | NotFoundError)[]> {
    return this.photos.delete(user.sub, ids);
  }
}

@Resolver(() => PhotoConnection)
export class PhotoConnectionResolver {
  constructor(private readonly lists: PhotoListRepository) {}

  @ResolveField(() => [PhotoEdge])
  edges(@Parent() connection: PhotoConnection): PhotoEdge[] {
    return connection.nodes.map((node) =>
      Object.assign(new PhotoEdge(), { node, cursor: connection.cursorOf(node) }),
    );
  }

  @ResolveField(() => PageInfo)
  pageInfo(@Parent() connection: PhotoConnection): PageInfo {
    return Object.assign(new PageInfo(), { connection });
  }

  @ResolveField(() => Int)
  totalCount(@Parent() { request }: PhotoConnection): Promise<number> {
    return this.lists.count(request.userId, request.filter);
  }
}

@Resolver(() => PageInfo)
export class PageInfoResolver {
  constructor(private readonly pages: PhotoPageRepository) {}

  @ResolveField(() => Boolean)
  hasNextPage(@Parent() { connection }: PageInfo): Promise<boolean> | boolean {
    return connection.request.window.backwards ? this.#hasBeyond(connection, 'after') : connection.hasMore;
  }

  @ResolveField(() => Boolean)
  hasPreviousPage(@Parent() { connection }: PageInfo): Promise<boolean> | boolean {
    return connection.request.window.backwards ? connection.hasMore : this.#hasBeyond(connection, 'before');
  }

  @ResolveField(() => String, { nullable: true })
  startCursor(@Parent() { connection }: PageInfo): string | null {
    const first = connection.nodes[0];
    return first ? connection.cursorOf(first) : null;
  }

  @ResolveField(() => String, { nullable: true })
  endCursor(@Parent() { connection }: PageInfo): string | null {
    const last = connection.nodes.at(-1);
    return last ? connection.cursorOf(last) : null;
  }

  /** Whether the list goes on at the end that the page was not read towards; without a cursor there it cannot. */
  async #hasBeyond(connection: PhotoConnection, side: 'after' | 'before'): Promise<boolean> {
    const { userId, filter, order, window } = connection.request;
    const bound = side === 'before' ? window.after : window.before;
    if (!bound) return false;
    const edge = connection.place(side === 'before' ? 'start' : 'end');
    if (edge) return this.pages.hasBeyond(userId, filter, order, edge, side);
    // The window is empty: whatever the list has lies on the other side of its bound.
    const any = { limit: 1, after: null, before: null, backwards: false };
    return (await this.pages.page(userId, filter, order, any)).length > 0;
  }
}
