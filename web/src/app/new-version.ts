import { t } from 'i18next';
import { reloadNewest, startServiceWorker } from '../shared/pwa/service-worker.ts';
import { showToast } from '../shared/ui/toast.tsx';

/** How long the first view has the network for itself. */
const LATER_MS = 3_000;

let offered = false;

/** Offers a new version once; it is never forced on what a person is doing. */
function offer(): void {
  if (offered) return;
  offered = true;
  showToast({
    text: t('outdated'),
    stays: true,
    action: { label: t('reload'), run: () => void reloadNewest() },
  });
}

/** Keeps the app's files for offline, when the first view is there, and tells of new versions. */
export function watchVersions(): void {
  const start = () => setTimeout(() => void startServiceWorker(offer), LATER_MS);
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true });
}
