import { isDate } from 'node:util/types';
import { isAscending, type Position } from './keyset.ts';
import type { PhotoFilter, PhotoOrder } from './photo-filter.ts';

/** The part of the timeline in which a page lies, in the direction in which it is read. */
export interface Stretch {
  /** Null: from the end of the library on. */
  from: Date | null;
  to: Date | null;
  ascending: boolean;
  /** True where a filter takes some of its photos out. */
  isThin: boolean;
}

/** Where a page in the order of the camera's clock lies: between its cursors, and in the filter's range. */
export function stretchOf(
  filter: PhotoFilter | null,
  order: PhotoOrder,
  window: { after: Position | null; before: Position | null; backwards: boolean },
): Stretch {
  const { after, before, backwards } = window;
  const ascending = isAscending(order, backwards);
  const [start, end] = (backwards ? [before, after] : [after, before]).map(timeOf);
  const { from: oldest, to: newest } = filter?.takenAtLocal ?? {};
  const [first, last] = ascending ? [oldest, newest] : [newest, oldest];
  return {
    from: farthest([start, first], ascending),
    to: farthest([end, last], !ascending),
    ascending,
    isThin: Object.entries(filter ?? {}).some(([part, value]) => part !== 'takenAtLocal' && value != null),
  };
}

function timeOf(position: Position | null | undefined): Date | null {
  return isDate(position?.value) ? position.value : null;
}

/** The latest of some moments, or the earliest. */
function farthest(moments: readonly (Date | null | undefined)[], latest: boolean): Date | null {
  const [first] = moments
    .filter((moment) => moment != null)
    .toSorted((a, b) => (latest ? b.getTime() - a.getTime() : a.getTime() - b.getTime()));
  return first ?? null;
}
