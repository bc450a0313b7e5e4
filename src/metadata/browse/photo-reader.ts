import type { Photo } from '../photos/photo.ts';
import type { ConditionDialect } from './condition-dialect.ts';
import type { Position, Window } from './keyset.ts';
import type { PhotoFilter, PhotoOrder } from './photo-filter.ts';

export interface PageQuery {
  userId: string;
  filter: PhotoFilter | null;
  order: PhotoOrder;
  window: Window;
}

export interface Count {
  photos: number;
  /** False if counting stopped early; `photos` is a lower bound then. */
  isExact: boolean;
}

/**
 * Reads lists of photos. Each database engine has its own way: DuckDB scans parts of a table that is kept in timeline
 * order, PostgreSQL follows indexes. All implementations return the same photos.
 */
export abstract class PhotoReader {
  /** The conditions that suit the engine, for statements that both engines share. */
  abstract readonly dialect: ConditionDialect;

  /**
   * The photos of a window in the direction of reading: from its end if `window.backwards`.
   * @throws DatabaseUnavailableError
   */
  abstract page(query: PageQuery): Promise<Photo[]>;

  /** Whether the list has photos after, or before, a position. @throws DatabaseUnavailableError */
  abstract hasBeyond(
    query: Omit<PageQuery, 'window'>,
    position: Position,
    side: 'after' | 'before',
  ): Promise<boolean>;

  /** The number of photos that match a filter. @throws DatabaseUnavailableError */
  abstract count(userId: string, filter: PhotoFilter | null): Promise<Count>;
}
