/** The path of each page of the web app. `:id` is the id of a photo. */
export const PATHS = {
  home: '/',
  upload: '/upload',
  gallery: '/gallery',
  photo: '/photo/:id',
  search: '/search',
  trash: '/trash',
  settings: '/settings',
} as const;

export type PageName = keyof typeof PATHS;

/** The GraphQL endpoint. A browser that navigates to it receives the playground. */
export const GRAPHQL_PATH = '/graphql';

function isPageName(name: string): name is PageName {
  return Object.hasOwn(PATHS, name);
}

/** Matches the path of a page. Like the patterns of wouter, it ignores case and a trailing slash. */
function patternOf(name: PageName): RegExp {
  const path = PATHS[name].replace(/\/$/, '').replace(':id', '(?<id>[^/]+)');
  return new RegExp(`^${path}/?$`, 'i');
}

/** The pages, each with its pattern for wouter's Route. */
export const PAGES = Object.keys(PATHS)
  .filter((name) => isPageName(name))
  .map((name) => ({ name, pattern: patternOf(name) }));

/** The page at a path without its query, or null if no page has that path. */
export function pageAt(path: string): PageName | null {
  return PAGES.find(({ pattern }) => pattern.test(path))?.name ?? null;
}

/** The address of a photo's page. */
export function photoAddress(id: string): string {
  return PATHS.photo.replace(':id', encodeURIComponent(id));
}

/** The address of the results for a query; without a query, of the search page with its suggestions. */
export function searchAddress(query: string): string {
  return query === '' ? PATHS.search : `${PATHS.search}?q=${encodeURIComponent(query)}`;
}

/** Filters of the gallery that other pages link to. */
export interface GalleryFilter {
  /** Days, YYYY-MM-DD, both inclusive. */
  from?: string;
  to?: string;
  camera?: string;
  /** A media type. */
  type?: string;
}

/** The address of the gallery with a filter. The gallery reads it in features/gallery/filters/gallery-address.ts. */
export function filteredGalleryAddress(filter: GalleryFilter): string {
  return `${PATHS.gallery}?${new URLSearchParams({ ...filter }).toString()}`;
}
