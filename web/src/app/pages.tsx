import { Suspense } from 'react';
import { Route, Switch, useLocation, useSearch } from 'wouter';
import { preloadTimeline } from '../features/gallery/timeline/preload-timeline.ts';
import { PAGES, pageAt, type PageName, PATHS } from '../shared/addresses.ts';
import { lazyView, type LazyView } from '../shared/ui/lazy-view.tsx';
import { Boundary } from './boundary.tsx';
import { NotFound } from './not-found.tsx';
import { Waiting } from './waiting.tsx';

/** The view of each page. Its code is loaded when the page is first shown, or in advance. */
const VIEWS: Record<PageName, LazyView<object>> = {
  home: lazyView(() => import('../features/home/home-page.tsx')),
  upload: lazyView(() => import('../features/upload/view/upload-page.tsx')),
  gallery: lazyView(() => import('../features/gallery/gallery-page.tsx')),
  photo: lazyView(() => import('../features/photo/photo-page.tsx')),
  search: lazyView(() => import('../features/search/search-page.tsx')),
  trash: lazyView(() => import('../features/trash/trash-page.tsx')),
  settings: lazyView(() => import('../features/settings/settings-page.tsx')),
};

/** Loads the code of the page at an address, and starts to request the data that it shows first. */
export async function preloadPage(path: string, search: string): Promise<void> {
  const page = pageAt(path);
  if (page === 'gallery') void preloadTimeline(search);
  if (page) await VIEWS[page].preload();
}

/** Shows the page at the current address. */
export function Pages() {
  const [path] = useLocation();
  const search = useSearch();
  const page = pageAt(path);
  return (
    // The page of a photo has no navigation, so its error message needs a link to another page.
    <Boundary key={page} address={`${path}?${search}`} wayOut={page === 'photo' ? PATHS.gallery : null}>
      <Suspense fallback={<Waiting isTall={page === 'gallery'} />}>
        <Switch>
          {PAGES.map(({ name, pattern }) => (
            <Route key={name} path={pattern} component={VIEWS[name]} />
          ))}
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Boundary>
  );
}
