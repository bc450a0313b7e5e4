import { queryOptions } from '@tanstack/react-query';
import { execute } from '../api/execute.ts';
import {
  type PhotoFilter,
  TimelineDocument,
  TimelineStripDocument,
  type TimelineStripQuery,
} from '../api/generated/graphql.ts';
import { LIBRARY, queryClient } from '../api/query-client.ts';
import { applyChangesTo, type PhotoChange } from './changes/library-cache.ts';

const STRIP = 'strip';

/** The photos of a month as columns of the same length, newest first. */
export type Strip = Omit<TimelineStripQuery['timelineStrip'], 'endCursor'>;

/** The months with photos that match the filter, and the number of these photos, newest first. */
export function timelineQuery(filter: PhotoFilter) {
  return queryOptions({
    queryKey: [LIBRARY, 'timeline', filter],
    queryFn: async ({ signal }) => (await execute(TimelineDocument, { filter }, { signal })).timeline,
  });
}

/** The photos of a month that match the filter. */
export function stripQuery(month: string, filter: PhotoFilter) {
  return queryOptions({
    queryKey: [LIBRARY, STRIP, month, filter],
    queryFn: ({ signal }) => readStrip(month, filter, signal),
    // Columns with 10,000 elements are not compared element by element.
    structuralSharing: false,
  });
}

/** The cached months, of all filters. */
export function cachedStrips(): Strip[] {
  return queryClient
    .getQueriesData<Strip>({ queryKey: [LIBRARY, STRIP] })
    .flatMap(([, strip]) => strip ?? []);
}

async function readStrip(month: string, filter: PhotoFilter, signal: AbortSignal): Promise<Strip> {
  let strip = await readPart(month, filter, null, signal);
  while (strip.endCursor !== null)
    strip = concat(strip, await readPart(month, filter, strip.endCursor, signal));
  return strip;
}

type StripPart = TimelineStripQuery['timelineStrip'];

async function readPart(
  month: string,
  filter: PhotoFilter,
  after: string | null,
  signal: AbortSignal,
): Promise<StripPart> {
  return (await execute(TimelineStripDocument, { month, filter, after }, { signal })).timelineStrip;
}

function concat(one: StripPart, other: StripPart): StripPart {
  return {
    ids: one.ids.concat(other.ids),
    ratios: one.ratios.concat(other.ratios),
    thumbhashes: one.thumbhashes.concat(other.thumbhashes),
    takenAtLocal: one.takenAtLocal.concat(other.takenAtLocal),
    thumbnailUrls: one.thumbnailUrls.concat(other.thumbnailUrls),
    favorites: one.favorites.concat(other.favorites),
    endCursor: other.endCursor,
  };
}

/** Returns the strip after a change, or the same strip if none of its photos is changed. */
export function changeStrip(strip: Strip, { ids, patch, removed = false }: PhotoChange): Strip {
  if (!strip.ids.some((id) => ids.has(id))) return strip;
  const isFavorite = patch?.isFavorite;
  const changed =
    isFavorite == null
      ? strip
      : {
          ...strip,
          favorites: strip.favorites.map((before, index) =>
            ids.has(strip.ids[index] ?? '') ? isFavorite : before,
          ),
        };
  return removed ? without(changed, ids) : changed;
}

function without(strip: Strip, ids: ReadonlySet<string>): Strip {
  const isKept = strip.ids.map((id) => !ids.has(id));
  const keep = <T>(column: readonly T[]) => column.filter((_, index) => isKept[index]);
  return {
    ids: keep(strip.ids),
    ratios: keep(strip.ratios),
    thumbhashes: keep(strip.thumbhashes),
    takenAtLocal: keep(strip.takenAtLocal),
    thumbnailUrls: keep(strip.thumbnailUrls),
    favorites: keep(strip.favorites),
  };
}

applyChangesTo(STRIP, changeStrip);
