import './shared/ui/tokens.css';
import './shared/ui/base.css';
import './app/first-frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { preloadPage } from './app/pages.tsx';
import { preloadRest } from './app/preload-rest.ts';
import { watchSession } from './app/watch-session.ts';
import { queryClient } from './shared/api/query-client.ts';
import { viewerQuery } from './shared/api/viewer.ts';
import { startLanguages } from './shared/i18n/languages.ts';
import { watchPictures } from './shared/photos/pictures/missing-pictures.ts';
import { watchCode } from './shared/ui/missing-code.ts';

watchCode();
const container = document.getElementById('app');
if (!container) throw new Error('index.html has no #app.');
const root = createRoot(container);

/** Not awaited at the top level: the code of a view imports this file and would wait for it. */
async function start(): Promise<void> {
  void queryClient.prefetchQuery(viewerQuery);
  await Promise.all([startLanguages(), preloadPage(location.pathname, location.search)]);
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  watchSession();
  watchPictures();
  preloadRest();
}

void start();
