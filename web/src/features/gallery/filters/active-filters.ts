import type { TFunction } from 'i18next';
import type { Format } from '../../../shared/i18n/format.ts';
import { typeName } from '../../../shared/photos/type-name.ts';
import type { GalleryState } from './gallery-address.ts';

export interface ActiveFilter {
  name: string;
  /** The change of the state that removes the filter. */
  without: Partial<GalleryState>;
}

/** Returns the active filters with their names. Excludes the filter for favourites, which has a separate chip. */
export function activeFilters(state: GalleryState, t: TFunction<'gallery'>, format: Format): ActiveFilter[] {
  const filters: ActiveFilter[] = [];
  const from = state.from && format.date(state.from);
  const to = state.to && format.date(state.to);
  const dates = { from: null, to: null };
  const month = wholeMonth(state);
  if (month) filters.push({ name: format.month(month), without: dates });
  else if (from && to) filters.push({ name: t('filter.range', { from, to }), without: dates });
  else if (from) filters.push({ name: t('filter.since', { from }), without: dates });
  else if (to) filters.push({ name: t('filter.until', { to }), without: dates });
  if (state.camera) filters.push({ name: state.camera, without: { camera: null } });
  for (const tag of state.tags)
    filters.push({ name: `#${tag}`, without: { tags: state.tags.filter((other) => other !== tag) } });
  if (state.type) filters.push({ name: typeName(state.type), without: { type: null } });
  if (state.place) filters.push({ name: state.place, without: { place: null } });
  return filters;
}

/** Returns a month, such as "2024-05", if the dates cover exactly this month; otherwise null. */
function wholeMonth({ from, to }: GalleryState): string | null {
  const month = from?.slice(0, 7);
  if (!month || !to?.startsWith(month) || !from?.endsWith('-01')) return null;
  const [year = 0, number = 0] = month.split('-').map(Number);
  return Number(to.slice(8)) === new Date(Date.UTC(year, number, 0)).getUTCDate() ? month : null;
}
