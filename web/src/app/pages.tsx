import { lazy, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { expectTimeline } from '../features/gallery/expect-timeline.ts';
import { Boundary } from './boundary.tsx';
import { NotFound } from './not-found.tsx';
import { viewOf } from './view-of.ts';
import { Waiting } from './waiting.tsx';

const importGallery = () => import('../features/gallery/gallery-page.tsx');

const HomePage = lazy(() => import('../features/home/home-page.tsx'));
const UploadPage = lazy(() => import('../features/upload/upload-page.tsx'));
const GalleryPage = lazy(() => importGallery());
const PhotoPage = lazy(() => import('../features/photo/photo-page.tsx'));
const SearchPage = lazy(() => import('../features/search/search-page.tsx'));
const TrashPage = lazy(() => import('../features/trash/trash-page.tsx'));
const SettingsPage = lazy(() => import('../features/settings/settings-page.tsx'));

/** Begins to load the view of an address, and at the same time what it will ask for, before anything can be drawn. */
export function expectPage(path: string, search: string): void {
  if (path !== '/gallery') return;
  void expectTimeline(search);
  // Whoever shows the view says what went wrong.
  importGallery().catch(() => undefined);
}

/** Every view by its address; each is loaded when it is first shown. */
export function Pages() {
  const [path] = useLocation();
  const view = viewOf(path);
  return (
    // Round a photo there is no navigation that would lead on.
    <Boundary key={view} wayOut={view === '/photo' ? '/gallery' : null}>
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
