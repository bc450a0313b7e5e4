import { t } from 'i18next';
import { reloadNewest, startServiceWorker } from '../shared/pwa/service-worker.ts';
import { showToast } from '../shared/ui/toast.tsx';

let offered = false;

/** Offers a new version once. The page is not reloaded without the user's consent. */
function offer(): void {
  if (offered) return;
  offered = true;
  showToast({
    text: t('outdated'),
    stays: true,
    action: { label: t('reload'), run: () => void reloadNewest() },
  });
}

/** Stores the app's files for offline use, and offers new versions. */
export function watchVersions(): void {
  void startServiceWorker(offer);
}
