import { PATHS } from '../../../shared/addresses.ts';
import type { PhotoFilter, PhotoOrder } from '../../../shared/api/generated/graphql.ts';

export const SORT_ORDERS = {
  newest: { field: 'TAKEN_AT', direction: 'DESC' },
  oldest: { field: 'TAKEN_AT', direction: 'ASC' },
  added: { field: 'UPLOADED_AT', direction: 'DESC' },
  name: { field: 'FILENAME', direction: 'ASC' },
  largest: { field: 'SIZE', direction: 'DESC' },
} as const satisfies Record<string, PhotoOrder>;

export type SortOrder = keyof typeof SORT_ORDERS;

/** The state of the gallery. The address contains all of it. */
export interface GalleryState {
  /** Days, YYYY-MM-DD, both inclusive. */
  from: string | null;
  to: string | null;
  camera: string | null;
  tags: string[];
  favorites: boolean;
  type: string | null;
  place: string | null;
  sortOrder: SortOrder;
  view: 'grid' | 'list';
  /** Cursor of a page. At most one of `after` and `before` is set. */
  after: string | null;
  before: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MAX_TEXT = 200;

export function isSortOrder(name: string): name is SortOrder {
  return Object.hasOwn(SORT_ORDERS, name);
}

/** Reads the state from an address. Ignores invalid values. */
export function readGallery(parameters: URLSearchParams): GalleryState {
  const text = (name: string) => parameters.get(name)?.slice(0, MAX_TEXT) || null;
  const day = (name: string) => {
    const value = parameters.get(name) ?? '';
    return DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : null;
  };
  const sort = parameters.get('sort') ?? '';
  return {
    from: day('from'),
    to: day('to'),
    camera: text('camera'),
    tags: parameters.getAll('tag').slice(0, 20),
    favorites: parameters.get('favorites') === '1',
    type: text('type'),
    place: text('place'),
    sortOrder: isSortOrder(sort) ? sort : 'newest',
    view: parameters.get('view') === 'list' ? 'list' : 'grid',
    after: parameters.get('after'),
    before: parameters.get('before'),
  };
}

/** Returns the address of a state. It contains no default values. */
export function galleryAddress(state: GalleryState): string {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | null | false) => value && parameters.set(name, value);
  set('from', state.from);
  set('to', state.to);
  set('camera', state.camera);
  for (const tag of state.tags) parameters.append('tag', tag);
  set('favorites', state.favorites && '1');
  set('type', state.type);
  set('place', state.place);
  set('sort', state.sortOrder !== 'newest' && state.sortOrder);
  set('view', state.view !== 'grid' && state.view);
  set('after', state.after);
  set('before', state.before);
  const search = parameters.toString();
  return search === '' ? PATHS.gallery : `${PATHS.gallery}?${search}`;
}

/** Returns the filter of a state for the API. */
export function filterOf(state: GalleryState): PhotoFilter {
  const { from, to } = state;
  return {
    ...(from || to
      ? {
          takenAtLocal: {
            ...(from && { from: `${from}T00:00:00` }),
            ...(to && { to: `${dayAfter(to)}T00:00:00` }),
          },
        }
      : {}),
    ...(state.camera && { camera: state.camera }),
    ...(state.tags.length > 0 && { tags: state.tags }),
    ...(state.favorites && { isFavorite: true }),
    ...(state.type && { contentTypes: [state.type] }),
    // The API has no filter by place, but its text search covers the names of places.
    ...(state.place && { query: state.place }),
  };
}

/** Returns whether the photos are shown as a timeline and not in pages. */
export function isTimeline({ view, sortOrder }: GalleryState): boolean {
  return view === 'grid' && sortOrder === 'newest';
}

/** Returns whether any filter is active. */
export function isFiltered(state: GalleryState): boolean {
  return Object.keys(filterOf(state)).length > 0;
}

function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
