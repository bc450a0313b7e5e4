import './shared/ui/tokens.css';
import './shared/ui/base.css';
import './app/first-frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { watchVersions } from './app/new-version.ts';
import { expectPage } from './app/pages.tsx';
import { watchSession } from './app/watch-session.ts';
import { queryClient } from './shared/api/query-client.ts';
import { viewerQuery } from './shared/api/viewer.ts';
import { startLanguages } from './shared/i18n/languages.ts';
import { watchPictures } from './shared/photos/missing-pictures.ts';
import { watchCode } from './shared/ui/missing-code.ts';

watchCode();
const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app.');
const root = createRoot(place);

expectPage(location.pathname, location.search);
void queryClient.prefetchQuery(viewerQuery);
await startLanguages();
root.render(
  <StrictMode>
    <App />
  </StrictMode>,
);
watchVersions();
watchSession();
watchPictures();
