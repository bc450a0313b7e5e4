import { onReconnected } from '../shared/api/connection.ts';
import { checkConnection } from '../shared/api/viewer.ts';
import { preloadAllViews } from '../shared/ui/lazy-view.tsx';
import { watchVersions } from './new-version.ts';

/** Until this time after the load event, only the first page uses the network. */
const DELAY_MS = 3_000;

/** Preloads the code of all other pages, and the files of the app for offline use, some time after the page has loaded. */
export function preloadRest(): void {
  const start = () => setTimeout(() => void preload(), DELAY_MS);
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true });
}

/** Waits for a connection, because a browser does not retry the import of a module that it could not load. */
async function preload(): Promise<void> {
  if ((await checkConnection()) === null) {
    watchVersions();
    await preloadAllViews();
    return;
  }
  const stop = onReconnected(() => {
    stop();
    void preload();
  });
}
