import { onReconnected } from '../shared/api/connection.ts';
import { lookAtConnection } from '../shared/api/viewer.ts';
import { expectAllViews } from '../shared/ui/lazy-view.tsx';
import { watchVersions } from './new-version.ts';

/** How long the first view has the network for itself. */
const LATER_MS = 3_000;

/** Some time after the page has loaded: the code of the other views, and all of the app for when there is no connection. */
export function loadRest(): void {
  const start = () => setTimeout(() => void load(), LATER_MS);
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true });
}

/** Only where somebody gives it: what a browser could not load once it does not try again in this page's life. */
async function load(): Promise<void> {
  if ((await lookAtConnection()) === null) {
    watchVersions();
    await expectAllViews();
    return;
  }
  const stop = onReconnected(() => {
    stop();
    void load();
  });
}
