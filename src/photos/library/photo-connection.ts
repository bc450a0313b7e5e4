import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { badUserInput } from '../../graphql/types/errors.ts';
import { Photo } from '../../metadata/photos/photo.ts';
import { type Position, positionOf } from '../../metadata/browse/keyset.ts';
import type { PhotoFilter, PhotoOrder } from '../../metadata/browse/photo-filter.ts';
import type { Window } from '../../metadata/browse/photo-page.repository.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

@ObjectType()
export class PhotoEdge {
  @Field()
  cursor!: string;

  @Field(() => Photo)
  node!: Photo;
}

/** Which part of which list a page is; what of it costs a statement is read when it is asked for. */
export interface PageRequest {
  userId: string;
  filter: PhotoFilter | null;
  order: PhotoOrder;
  window: Window;
}

@ObjectType()
export class PageInfo {
  @Field()
  hasNextPage!: boolean;

  @Field()
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;

  /** What it is of. */
  connection!: PhotoConnection;
}

@ObjectType()
export class PhotoConnection {
  @Field(() => [PhotoEdge])
  edges!: PhotoEdge[];

  @Field(() => [Photo])
  readonly nodes: Photo[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: number;

  constructor(
    readonly request: PageRequest,
    nodes: Photo[],
    /** Whether the window has more photos on the side that was read towards. */
    readonly hasMore: boolean,
  ) {
    this.nodes = nodes;
  }

  positionAt(end: 'start' | 'end'): Position | null {
    const photo = this.nodes.at(end === 'start' ? 0 : -1);
    return photo ? positionOf(photo, this.request.order) : null;
  }

  cursorOf(photo: Photo): string {
    return encodeCursor(this.request.order, positionOf(photo, this.request.order));
  }
}

export interface PageArgs {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

/**
 * The window that a connection's arguments ask for.
 * @throws BAD_USER_INPUT where they are out of bounds, contradict each other or hold a cursor of another order.
 */
export function toWindow(args: PageArgs, order: PhotoOrder): Window {
  const { first, last, after, before } = args;
  if (first != null && last != null) throw badUserInput('Give first or last, not both.');
  const limit = first ?? last ?? LIST_LIMITS.page.default;
  if (limit < 1 || limit > LIST_LIMITS.page.max)
    throw badUserInput(`${first == null ? 'last' : 'first'} must be 1 to ${LIST_LIMITS.page.max}.`);
  return {
    limit,
    after: after == null ? null : decodeCursor(order, after),
    before: before == null ? null : decodeCursor(order, before),
    backwards: last != null,
  };
}
