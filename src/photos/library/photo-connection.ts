import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { badUserInput } from '../../graphql/types/errors.ts';
import { Photo } from '../../metadata/photos/photo.ts';
import { type Position, positionOf, type Window } from '../../metadata/browse/keyset.ts';
import type { PhotoOrder } from '../../metadata/browse/photo-filter.ts';
import type { Count, PageQuery } from '../../metadata/browse/photo-reader.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

@ObjectType()
export class PhotoEdge {
  @Field()
  cursor!: string;

  @Field(() => Photo)
  node!: Photo;
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

  /** The connection that this page info describes. */
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

  @Field({
    description:
      'Indicates whether totalCount is exact. If false, counting stopped early and totalCount is a lower bound.',
  })
  totalCountIsExact!: boolean;

  /** Counted once, if it is requested. */
  count: Promise<Count> | null = null;

  constructor(
    readonly request: PageQuery,
    nodes: Photo[],
    /** Whether the list continues in the reading direction. */
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
 * Converts the arguments of a connection to a window.
 * @throws BAD_USER_INPUT if they are out of range, contradict each other, or contain a cursor
 * from a list in a different order
 */
export function toWindow(args: PageArgs, order: PhotoOrder): Window {
  const { first, last, after, before } = args;
  if (first != null && last != null) throw badUserInput('Specify either first or last, not both.');
  const limit = first ?? last ?? LIST_LIMITS.page.default;
  if (limit < 1 || limit > LIST_LIMITS.page.max)
    throw badUserInput(`${first == null ? 'last' : 'first'} must be from 1 to ${LIST_LIMITS.page.max}.`);
  return {
    limit,
    after: after == null ? null : decodeCursor(order, after),
    before: before == null ? null : decodeCursor(order, before),
    backwards: last != null,
  };
}
