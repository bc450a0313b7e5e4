import './shared/ui/tokens.css';
import './shared/ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { watchVersions } from './app/new-version.ts';
import { startLanguages } from './shared/i18n/languages.ts';

const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app.');
const root = createRoot(place);

await startLanguages();
root.render(
  <StrictMode>
    <App />
  </StrictMode>,
);
watchVersions();
