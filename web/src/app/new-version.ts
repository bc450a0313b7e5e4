import { t } from 'i18next';
import { reloadNewest, startServiceWorker } from '../shared/pwa/service-worker.ts';
import { showToast } from '../shared/ui/toast.tsx';

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

/** Keeps the app's files for offline, and tells of new versions. */
export function watchVersions(): void {
  void startServiceWorker(offer);
}
