import { closeLocal, onLocalWrite, writeLocal } from '../local-storage/local-storage.ts';
import { queryClient } from './query-client.ts';
import { SAME_ORIGIN_HEADERS } from './send.ts';

/** Another tab that holds a database open is not waited for any longer. */
const DELETE_MS = 1_000;
/** Chromium looks through its whole cache, which goes on when nobody waits any more. */
const CLEAR_MS = 3_000;

/** Everything that this browser keeps for this page, photos in it or not, is deleted. Never throws. */
export async function forgetEverything(): Promise<void> {
  closeLocal();
  queryClient.clear();
  await Promise.allSettled([clearSiteData(), emptyCaches(), deleteDatabases(), removeServiceWorkers()]);
}

/** Forgets everything, in other tabs too, and goes where people sign out. */
export async function signOut(signOutUrl: string): Promise<void> {
  writeLocal('signOut', signOutUrl);
  await forgetEverything();
  location.assign(signOutUrl);
}

/** Takes this tab along when the person signs out in another one. */
export function leaveWithOtherTabs(): void {
  onLocalWrite('signOut', (signOutUrl) => void leave(signOutUrl));
}

async function leave(signOutUrl: string): Promise<void> {
  closeLocal();
  queryClient.clear();
  // It would answer by the app itself where the proxy is to be asked.
  await Promise.allSettled([removeServiceWorkers()]);
  location.assign(signOutUrl);
}

/** What only the browser itself can empty, at the service's word: pictures among it. */
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
