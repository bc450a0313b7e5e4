import { searchPatterns } from '../../search/search-text.ts';
import type { Conditions } from './conditions.ts';
import type { Position, Window } from './keyset.ts';
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

/** Compares every word of a query with the search text of each photo. */
export function addPatterns(where: Conditions, query: string): void {
  for (const pattern of searchPatterns(query)) where.add(`search_text LIKE ${where.bind(pattern)}`);
}

/** The photo is between the cursors of a page. */
export function addWindow(
  dialect: ConditionDialect,
  where: Conditions,
  order: PhotoOrder,
  window: Pick<Window, 'after' | 'before'>,
): void {
  if (window.after) dialect.addPosition(where, order, window.after, 'after');
  if (window.before) dialect.addPosition(where, order, window.before, 'before');
}
