import { Injectable } from '@nestjs/common';
import { badUserInput } from '../../graphql/types/errors.ts';
import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { NEWEST_FIRST } from '../../metadata/browse/photo-filter.ts';
import { PhotoListRepository } from '../../metadata/browse/photo-list.repository.ts';
import { type Count, PhotoReader } from '../../metadata/browse/photo-reader.ts';
import { mediaUrl } from '../delivery/media-url.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { monthRange } from './month-range.ts';
import { type PageArgs, PhotoConnection, toWindow } from './photo-connection.ts';
import { type PhotoFilterInput, type PhotoOrderInput, toFilter } from './photo-filter.input.ts';
import type { TimelineMonth, TimelineStrip } from './timeline.ts';

/** Reads a user's photos as pages, months and columns. Every method throws BAD_USER_INPUT for invalid arguments. */
@Injectable()
export class BrowseService {
  constructor(
    private readonly reader: PhotoReader,
    private readonly lists: PhotoListRepository,
  ) {}

  /** A page of the user's photos, ordered by TAKEN_AT DESC unless `orderBy` is given. */
  async page(
    userId: string,
    args: PageArgs,
    filterInput: PhotoFilterInput | null,
    orderBy: PhotoOrderInput | null,
  ): Promise<PhotoConnection> {
    const filter = toFilter(filterInput);
    const order = orderBy ?? NEWEST_FIRST;
    const window = toWindow(args, order);
    // One photo more than requested shows whether there is another page.
    const query = { userId, filter, order, window: { ...window, limit: window.limit + 1 } };
    const found = await this.reader.page(query);
    const nodes = found.slice(0, window.limit);
    if (window.backwards) nodes.reverse();
    return new PhotoConnection({ ...query, window }, nodes, found.length > window.limit);
  }

  count(connection: PhotoConnection): Promise<Count> {
    const { userId, filter } = connection.request;
    connection.count ??= this.lists.count(userId, filter);
    return connection.count;
  }

  async hasNextPage(connection: PhotoConnection): Promise<boolean> {
    return connection.request.window.backwards ? this.#hasBeyond(connection, 'after') : connection.hasMore;
  }

  async hasPreviousPage(connection: PhotoConnection): Promise<boolean> {
    return connection.request.window.backwards ? connection.hasMore : this.#hasBeyond(connection, 'before');
  }

  /** The months of the timeline, newest first. */
  async months(userId: string, filter: PhotoFilterInput | null): Promise<TimelineMonth[]> {
    return this.lists.months(userId, toFilter(filter));
  }

  /**
   * The photos of a month, newest first, in columns.
   * @param month YYYY-MM
   * @param first number of photos; defaults to the maximum
   */
  async strip(
    userId: string,
    month: string,
    filter: PhotoFilterInput | null,
    first: number | null | undefined,
    after: string | null | undefined,
  ): Promise<TimelineStrip> {
    const limit = first ?? LIST_LIMITS.column;
    if (limit < 1 || limit > LIST_LIMITS.column)
      throw badUserInput(`first must be from 1 to ${LIST_LIMITS.column}.`);
    const position = after == null ? null : decodeCursor(NEWEST_FIRST, after);
    const range = monthRange(month);
    const rows = await this.lists.strip(userId, toFilter(filter), range, limit + 1, position);
    const last = rows.length > limit ? rows[limit - 1] : null;
    if (last) rows.pop();
    return {
      ids: rows.map((row) => row.id),
      ratios: rows.map(ratioOf),
      thumbhashes: rows.map((row) => row.thumbhash),
      takenAtLocal: rows.map((row) => row.takenAtLocal),
      thumbnailUrls: rows.map((row) => mediaUrl(row, 'thumbnail')),
      favorites: rows.map((row) => row.favorite),
      endCursor: last ? encodeCursor(NEWEST_FIRST, { value: last.takenAtLocal, id: last.id }) : null,
    };
  }

  /** Whether the list continues on the side opposite to the reading direction. Without a cursor, it does not. */
  async #hasBeyond(connection: PhotoConnection, side: 'after' | 'before'): Promise<boolean> {
    const { request } = connection;
    const { window } = request;
    const bound = side === 'before' ? window.after : window.before;
    if (!bound) return false;
    const edge = connection.positionAt(side === 'before' ? 'start' : 'end');
    if (edge) return this.reader.hasBeyond(request, edge, side);
    // The window is empty, so every photo of the list is on the other side of its bound.
    const any = { limit: 1, after: null, before: null, backwards: false };
    return (await this.reader.page({ ...request, window: any })).length > 0;
  }
}

/**
 * Width / height, rounded to four decimal places (less than a pixel). The ratio of a very narrow image is not
 * rounded.
 */
function ratioOf({ width, height }: { width: number; height: number }): number {
  const ratio = width / height;
  return ratio < 0.1 ? ratio : Math.round(ratio * 10_000) / 10_000;
}
