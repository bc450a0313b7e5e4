/** A new version is looked for so often in a page that stays open. */
const LOOK_MS = 60 * 60_000;
/** A worker that takes longer to come into its own is not waited for. */
const ACTIVATE_MS = 10_000;

/**
 * Has the app's files kept for when there is no connection. Does nothing where a browser has no such thing, or forbids it.
 * @param onNewVersion a newer version than this page's is ready: reloadNewest() shows it
 */
export async function startServiceWorker(onNewVersion: () => void): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  try {
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox('/sw.js');
    workbox.addEventListener('waiting', onNewVersion);
    // Another tab took the new version, and with it the files of this one.
    workbox.addEventListener('controlling', ({ isExternal }) => isExternal && onNewVersion());
    const registration = await workbox.register();
    setInterval(() => void registration?.update().catch(() => undefined), LOOK_MS);
  } catch {
    // A private window, or a session that has just expired: all works without, and the next visit tries again.
  }
}

/** Reloads the page with the newest version of the app that the service has, which need not be the kept one. */
export async function reloadNewest(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration) await Promise.race([activateNewest(registration), after(ACTIVATE_MS)]);
  } catch {
    // The kept version is all there is for now.
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
