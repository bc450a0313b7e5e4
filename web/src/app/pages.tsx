import { Suspense } from 'react';
import { Route, Switch, useLocation, useSearch } from 'wouter';
import { expectTimeline } from '../features/gallery/timeline/expect-timeline.ts';
import { lazyView } from '../shared/ui/lazy-view.tsx';
import { Boundary } from './boundary.tsx';

import { NotFound } from './not-found.tsx';
import { viewOf } from './view-of.ts';
import { Waiting } from './waiting.tsx';

const HomePage = lazyView(() => import('../features/home/home-page.tsx'));
const UploadPage = lazyView(() => import('../features/upload/view/upload-page.tsx'));
const GalleryPage = lazyView(() => import('../features/gallery/gallery-page.tsx'));
const PhotoPage = lazyView(() => import('../features/photo/photo-page.tsx'));
const SearchPage = lazyView(() => import('../features/search/search-page.tsx'));
const TrashPage = lazyView(() => import('../features/trash/trash-page.tsx'));
const SettingsPage = lazyView(() => import('../features/settings/settings-page.tsx'));

/** How to load each, by its address. */
const CODE = new Map([
  ['/', HomePage.expect],
  ['/upload', UploadPage.expect],
  ['/gallery', GalleryPage.expect],
  ['/photo', PhotoPage.expect],
  ['/search', SearchPage.expect],
  ['/trash', TrashPage.expect],
  ['/settings', SettingsPage.expect],
]);

/** Loads the view of an address, and begins to ask for what it shows. */
export async function expectPage(path: string, search: string): Promise<void> {
  if (path === '/gallery') void expectTimeline(search);
  await CODE.get(viewOf(path))?.();
}

/** Every view by its address; each is loaded when it is first shown, or expected. */
export function Pages() {
  const [path] = useLocation();
  const search = useSearch();
  const view = viewOf(path);
  return (
    // Round a photo there is no navigation that would lead on.
    <Boundary key={view} address={`${path}?${search}`} wayOut={view === '/photo' ? '/gallery' : null}>
      <Suspense fallback={<Waiting isTall={view === '/gallery'} />}>
        <Switch>
          <Route path="/" component={HomePage} />
          <Route path="/upload" component={UploadPage} />
          <Route path="/gallery" component={GalleryPage} />
          <Route path="/photo/:id">{({ id }) => <PhotoPage id={id} />}</Route>
          <Route path="/search" component={SearchPage} />
          <Route path="/trash" component={TrashPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Boundary>
  );
}
