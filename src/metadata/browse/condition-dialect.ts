import type { Position } from './keyset.ts';
import type { Conditions } from './conditions.ts';
import type { PhotoOrder } from './photo-filter.ts';

/** Conditions on photos whose best form depends on the engine. All forms select the same photos. */
export interface ConditionDialect {
  /** The search text contains every word of a query. */
  addWords(where: Conditions, query: string): void;

  /** The photo has every one of the tags, which are distinct. `user` is the placeholder of the owner's ID. */
  addTags(where: Conditions, user: string, tags: readonly string[]): void;

  /** The photo comes strictly after, or strictly before, a position. */
  addPosition(where: Conditions, order: PhotoOrder, position: Position, side: 'after' | 'before'): void;
}
