/** Interval of the checks for a new version in a page that stays open. */
const UPDATE_CHECK_MS = 60 * 60_000;
/** The longest wait for the activation of a worker. */
const ACTIVATE_MS = 10_000;

/**
 * Stores the app's files for offline use. Does nothing if the browser does not support or allow it.
 * @param onNewVersion called when a newer version is ready; reloadNewest() shows it
 */
export async function startServiceWorker(onNewVersion: () => void): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  try {
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox('/sw.js');
    workbox.addEventListener('waiting', onNewVersion);
    // Another tab activated the new version, which deleted the stored files of this tab's version.
    workbox.addEventListener('controlling', ({ isExternal }) => isExternal && onNewVersion());
    const registration = await workbox.register();
    setInterval(() => void registration?.update().catch(() => undefined), UPDATE_CHECK_MS);
  } catch {
    // A private window, or an expired session. The app works without a service worker, and the next visit tries again.
  }
}

/** Reloads the page with the newest version of the app on the server, which may be newer than the stored one. */
export async function reloadNewest(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration) await Promise.race([activateNewest(registration), after(ACTIVATE_MS)]);
  } catch {
    // Only the stored version is available now.
  }
  location.reload();
}

async function activateNewest(registration: ServiceWorkerRegistration): Promise<void> {
  if (!registration.waiting) await registration.update();
  const worker = registration.waiting ?? registration.installing;
  if (!worker) return;
  while (worker.state === 'installing') await once(worker, 'statechange');
  if (worker.state !== 'installed') return;
  const activated = once(worker, 'statechange');
  worker.postMessage({ type: 'SKIP_WAITING' }, []);
  await activated;
}

function once(target: EventTarget, type: string): Promise<void> {
  return new Promise((resolve) => target.addEventListener(type, () => resolve(), { once: true }));
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
