import './shared/ui/tokens.css';
import './shared/ui/base.css';
import './app/first-frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterFirstView } from './app/after-first-view.ts';
import { App } from './app/app.tsx';
import { watchVersions } from './app/new-version.ts';
import { expectPage } from './app/pages.tsx';
import { watchSession } from './app/watch-session.ts';
import { queryClient } from './shared/api/query-client.ts';
import { viewerQuery } from './shared/api/viewer.ts';
import { startLanguages } from './shared/i18n/languages.ts';
import { watchPictures } from './shared/photos/missing-pictures.ts';
import { expectAllViews } from './shared/ui/lazy-view.tsx';
import { watchCode } from './shared/ui/missing-code.ts';

watchCode();
const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app.');
const root = createRoot(place);

/** Not awaited by the module itself: a view's code needs this file's first. */
async function start(): Promise<void> {
  void queryClient.prefetchQuery(viewerQuery);
  await Promise.all([startLanguages(), expectPage(location.pathname, location.search)]);
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  watchSession();
  watchPictures();
  afterFirstView(() => {
    watchVersions();
    void expectAllViews();
  });
}

void start();
