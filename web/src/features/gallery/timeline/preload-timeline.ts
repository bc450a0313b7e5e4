import { queryClient } from '../../../shared/api/query-client.ts';
import { stripQuery, timelineQuery } from '../../../shared/photos/timeline.ts';
import { filterOf, isTimeline, readGallery } from '../filters/gallery-address.ts';

/** Requests the months of the gallery at an address, and the photos of the first month. */
export async function preloadTimeline(search: string): Promise<void> {
  const state = readGallery(new URLSearchParams(search));
  if (!isTimeline(state)) return;
  const filter = filterOf(state);
  await queryClient.prefetchQuery(timelineQuery(filter));
  const [first] = queryClient.getQueryData(timelineQuery(filter).queryKey) ?? [];
  if (first) await queryClient.prefetchQuery(stripQuery(first.month, filter));
}
