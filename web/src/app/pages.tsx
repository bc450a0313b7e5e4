import { Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { expectTimeline } from '../features/gallery/expect-timeline.ts';
import { lazyView } from '../shared/ui/lazy-view.tsx';
import { Boundary } from './boundary.tsx';

import { NotFound } from './not-found.tsx';
import { viewOf } from './view-of.ts';
import { Waiting } from './waiting.tsx';

const home = lazyView(() => import('../features/home/home-page.tsx'));
const upload = lazyView(() => import('../features/upload/upload-page.tsx'));
const gallery = lazyView(() => import('../features/gallery/gallery-page.tsx'));
const photo = lazyView(() => import('../features/photo/photo-page.tsx'));
const search = lazyView(() => import('../features/search/search-page.tsx'));
const trash = lazyView(() => import('../features/trash/trash-page.tsx'));
const settings = lazyView(() => import('../features/settings/settings-page.tsx'));

/** How to load each, by its address. */
const CODE = new Map([
  ['/', home.expect],
  ['/upload', upload.expect],
  ['/gallery', gallery.expect],
  ['/photo', photo.expect],
  ['/search', search.expect],
  ['/trash', trash.expect],
  ['/settings', settings.expect],
]);

/** Loads the view of an address, and begins to ask for what it shows. */
export async function expectPage(path: string, search: string): Promise<void> {
  if (path === '/gallery') void expectTimeline(search);
  await CODE.get(viewOf(path))?.();
}

/** Loads every view, one after the other, so that none is waited for. */
export async function expectAllPages(): Promise<void> {
  // What could not be loaded once is not tried again by browsers.
  for (const expect of CODE.values()) if (navigator.onLine) await expect();
}

/** Every view by its address; each is loaded when it is first shown, or expected. */
export function Pages() {
  const [path] = useLocation();
  const view = viewOf(path);
  return (
    // Round a photo there is no navigation that would lead on.
    <Boundary key={view} wayOut={view === '/photo' ? '/gallery' : null}>
      <Suspense fallback={<Waiting isTall={view === '/gallery'} />}>
        <Switch>
          <Route path="/" component={home.View} />
          <Route path="/upload" component={upload.View} />
          <Route path="/gallery" component={gallery.View} />
          <Route path="/photo/:id">{({ id }) => <photo.View id={id} />}</Route>
          <Route path="/search" component={search.View} />
          <Route path="/trash" component={trash.View} />
          <Route path="/settings" component={settings.View} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Boundary>
  );
}
