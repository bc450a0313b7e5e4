import { queryClient } from './query-client.ts';

/** Another tab that holds a database open is not waited for any longer. */
const DELETE_MS = 1_000;

/** Everything that this browser keeps for this page, photos in it or not, is deleted. Never throws. */
export async function forgetEverything(): Promise<void> {
  queryClient.clear();
  await Promise.allSettled([emptyCaches(), deleteDatabases(), removeServiceWorkers()]);
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // Storage is shut: there is nothing in it.
  }
}

/** Forgets everything, and goes where people sign out. */
export async function signOut(signOutUrl: string): Promise<void> {
  await forgetEverything();
  location.assign(signOutUrl);
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
