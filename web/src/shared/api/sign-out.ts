import { closeLocal, onLocalWrite, writeLocal } from '../local-storage/local-storage.ts';
import { queryClient } from './query-client.ts';
import { SAME_ORIGIN_HEADERS } from './send.ts';

/** The longest wait for another tab that has a database open. */
const DELETE_MS = 1_000;
/** The longest wait for Chromium, which scans its whole cache. The deletion continues after the wait. */
const CLEAR_MS = 3_000;

/** Deletes everything that this browser stores for the app, with or without photos. Never throws. */
export async function forgetEverything(): Promise<void> {
  closeLocal();
  queryClient.clear();
  await Promise.allSettled([clearSiteData(), emptyCaches(), deleteDatabases(), removeServiceWorkers()]);
}

/** Deletes everything that this browser stores, and opens the sign-out page, in other tabs too. */
export async function signOut(signOutUrl: string): Promise<void> {
  writeLocal('signOut', signOutUrl);
  await forgetEverything();
  location.assign(signOutUrl);
}

/** Signs out in this tab when the user signs out in another one. */
export function leaveWithOtherTabs(): void {
  onLocalWrite('signOut', (signOutUrl) => void leave(signOutUrl));
}

async function leave(signOutUrl: string): Promise<void> {
  closeLocal();
  queryClient.clear();
  // A service worker would respond with the app instead of passing the request to the proxy.
  await Promise.allSettled([removeServiceWorkers()]);
  location.assign(signOutUrl);
}

/** Deletes data that only the browser itself can delete, such as images in its HTTP cache, by a header of the response. */
async function clearSiteData(): Promise<void> {
  await fetch('/clear-site-data', {
    method: 'POST',
    redirect: 'manual',
    headers: SAME_ORIGIN_HEADERS,
    signal: AbortSignal.timeout(CLEAR_MS),
  });
}

async function emptyCaches(): Promise<void> {
  if (!('caches' in window)) return;
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

async function removeServiceWorkers(): Promise<void> {
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(registrations.map((registration) => registration.unregister()));
}

async function deleteDatabases(): Promise<void> {
  const databases = await indexedDB.databases();
  await Promise.all(databases.map(({ name = '' }) => deleteDatabase(name)));
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    for (const outcome of ['success', 'error']) request.addEventListener(outcome, () => resolve());
    setTimeout(resolve, DELETE_MS);
  });
}
