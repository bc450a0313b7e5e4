import type { TFunction } from 'i18next';
import type { Format } from '../../shared/i18n/format.ts';
import type { GalleryState } from './gallery-address.ts';

export interface ActiveFilter {
  name: string;
  /** What takes it away. */
  without: Partial<GalleryState>;
}

/** What is left out, in words; favourites have a chip of their own. */
export function activeFilters(state: GalleryState, t: TFunction<'gallery'>, format: Format): ActiveFilter[] {
  const filters: ActiveFilter[] = [];
  const from = state.from && format.localDay(state.from, { year: true });
  const to = state.to && format.localDay(state.to, { year: true });
  const dates = { from: null, to: null };
  if (from && to) filters.push({ name: t('filter.range', { from, to }), without: dates });
  else if (from) filters.push({ name: t('filter.since', { from }), without: dates });
  else if (to) filters.push({ name: t('filter.until', { to }), without: dates });
  if (state.camera) filters.push({ name: state.camera, without: { camera: null } });
  for (const tag of state.tags)
    filters.push({ name: `#${tag}`, without: { tags: state.tags.filter((other) => other !== tag) } });
  if (state.type) filters.push({ name: typeName(state.type), without: { type: null } });
  if (state.place) filters.push({ name: state.place, without: { place: null } });
  return filters;
}

/** "image/jpeg" as people write it. */
export function typeName(contentType: string): string {
  return contentType.replace(/^image\//, '').toUpperCase();
}
