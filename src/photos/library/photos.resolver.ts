import { BrowseService } from './browse.service.ts';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import type { InvalidInputError, NotFoundError } from '../../graphql/types/user-error.ts';
import { Photo } from '../../metadata/photos/photo.ts';
import { PhotoFilterInput, PhotoOrderInput } from './photo-filter.input.ts';
import { PageInfo, PhotoConnection, PhotoEdge } from './photo-connection.ts';
import { PhotoPatch } from './photo-patch.ts';
import { PhotosService } from './photos.service.ts';
import { type DeletedPhoto, DeletePhotoResult, PhotoResult } from './photo-results.ts';

@Resolver()
export class PhotosResolver {
  constructor(
    private readonly photos: PhotosService,
    private readonly browse: BrowseService,
  ) {}

  @Query(() => Photo, { nullable: true })
  photo(@CurrentUser() user: Identity, @Args('id', { type: () => ID }) id: string): Promise<Photo | null> {
    return this.photos.find(user.sub, id);
  }

  @Query(() => PhotoConnection, { name: 'photos' })
  list(
    @CurrentUser() user: Identity,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('last', { type: () => Int, nullable: true }) last?: number | null,
    @Args('before', { type: () => String, nullable: true }) before?: string | null,
    @Args('filter', { type: () => PhotoFilterInput, nullable: true }) filter: PhotoFilterInput | null = null,
    @Args('orderBy', {
      type: () => PhotoOrderInput,
      nullable: true,
      description: 'Defaults to TAKEN_AT DESC.',
    })
    orderBy?: PhotoOrderInput | null,
  ): Promise<PhotoConnection> {
    return this.browse.page(user.sub, { first, last, after, before }, filter, orderBy ?? null);
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
    description: 'Moves photos to the trash, from which they can be restored until they are purged.',
  })
  trashPhotos(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<(Photo | NotFoundError)[]> {
    return this.photos.trash(user.sub, ids);
  }

  @Mutation(() => [PhotoResult], { description: 'Restores photos from the trash.' })
  restorePhotos(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<(Photo | NotFoundError)[]> {
    return this.photos.restore(user.sub, ids);
  }

  @Mutation(() => [DeletePhotoResult], {
    description: 'Deletes photos permanently: the row, the original and every rendition.',
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
  constructor(private readonly browse: BrowseService) {}

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
  async totalCount(@Parent() connection: PhotoConnection): Promise<number> {
    return (await this.browse.count(connection)).photos;
  }

  @ResolveField(() => Boolean)
  async totalCountIsExact(@Parent() connection: PhotoConnection): Promise<boolean> {
    return (await this.browse.count(connection)).isExact;
  }
}

@Resolver(() => PageInfo)
export class PageInfoResolver {
  constructor(private readonly browse: BrowseService) {}

  @ResolveField(() => Boolean)
  hasNextPage(@Parent() { connection }: PageInfo): Promise<boolean> {
    return this.browse.hasNextPage(connection);
  }

  @ResolveField(() => Boolean)
  hasPreviousPage(@Parent() { connection }: PageInfo): Promise<boolean> {
    return this.browse.hasPreviousPage(connection);
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
}
