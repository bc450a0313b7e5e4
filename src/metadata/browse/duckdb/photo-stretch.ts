import { isDate } from 'node:util/types';
import { isAscending, type Position } from '../keyset.ts';
import type { PhotoFilter, PhotoOrder } from '../photo-filter.ts';

/** The part of the timeline that a page can lie in, in the direction in which the page is read. */
export interface Stretch {
  /** Null starts at the library's first photo in this direction. */
  from: Date | null;
  /** Null ends at the library's last photo in this direction. */
  to: Date | null;
  ascending: boolean;
  /** Whether a filter excludes some photos of the stretch. */
  isFiltered: boolean;
}

/** The stretch of a page that is ordered by local time: between the page's cursors and in the filter's range. */
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
    isFiltered: Object.entries(filter ?? {}).some(
      ([part, value]) => part !== 'takenAtLocal' && value != null,
    ),
  };
}

function timeOf(position: Position | null | undefined): Date | null {
  return isDate(position?.value) ? position.value : null;
}

/** The latest of some times, or the earliest. */
function farthest(times: readonly (Date | null | undefined)[], latest: boolean): Date | null {
  const [first] = times
    .filter((time) => time != null)
    .toSorted((a, b) => (latest ? b.getTime() - a.getTime() : a.getTime() - b.getTime()));
  return first ?? null;
}
