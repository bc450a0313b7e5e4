import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiError } from './api-error.ts';

export interface ConnectionState {
  /** False from a request that cannot reach the service until one that does. */
  online: boolean;
  /**
   * `waiting`: a window to sign in is open, and this page polls the identity. `other`: another user is signed in now, and
   * nothing may be sent in the name of that user.
   */
  session: 'open' | 'expired' | 'waiting' | 'other';
  /** The service does not know the operations of this page, because it has another version. */
  outdated: boolean;
}

/** The user whom the service identifies, compared with the one whose photos are shown; `unknown` without a response. */
export type Identity = 'same' | 'other' | 'unknown';

/** Interval and timeout of the probes while the service cannot be reached. */
const PROBE_MS = 3_000;
/** Interval of the polling during a sign-in. */
const SIGN_IN_MS = 2_000;

let state: ConnectionState = { online: true, session: 'open', outdated: false };
const listeners = new Set<() => void>();
let waiting: PromiseWithResolvers<void> | null = null;
let probing: ReturnType<typeof setInterval> | undefined;
let isPolling = false;

function set(patch: Partial<ConnectionState>): void {
  state = { ...state, ...patch };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The state of the connection to the service, for the banners of the frame. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(subscribe, () => state);
}

/** Calls back each time that isConnected() becomes true again. Returns a function that unsubscribes. */
export function onReconnected(callback: () => void): () => void {
  let wasConnected = isConnected();
  return subscribe(() => {
    if (isConnected() && !wasConnected) callback();
    wasConnected = isConnected();
  });
}

/** Whether, according to the last request, the service can be reached and the session is valid. */
export function isConnected(): boolean {
  return state.online && state.session === 'open';
}

/**
 * Updates the state of the connection after a request.
 * @param error of the request; null for a success. An error other than an ApiError is ignored.
 */
export function reportConnection(error: unknown): void {
  if (error !== null && !(error instanceof ApiError)) return;
  if (error?.kind === 'offline') return wentOffline();
  if (error?.kind === 'signed-out' && state.session === 'open') set({ session: 'expired' });
  if (error?.kind === 'outdated' && !state.outdated) set({ outdated: true });
  if (!state.online) cameBack();
}

function wentOffline(): void {
  if (!state.online) return;
  set({ online: false });
  onlineManager.setOnline(false);
  probing = setInterval(() => void probe(), PROBE_MS);
}

function cameBack(): void {
  clearInterval(probing);
  set({ online: true });
  onlineManager.setOnline(true);
}

/** Checks whether the service can be reached. Any response counts. */
export async function probe(): Promise<void> {
  try {
    await fetch('/health/live', {
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout(PROBE_MS),
    });
    if (!state.online) cameBack();
  } catch {
    // Still offline. The next probe follows.
  }
}

/** Resolves when the service can be reached. */
export async function whenOnline(): Promise<void> {
  if (state.online) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = subscribe(() => state.online && resolve());
  await promise;
  unsubscribe();
}

/**
 * Resolves immediately unless another user is signed in; then as `signedInAgain`. Prevents requests in the name of that user.
 * @throws the signal's reason if it is aborted first
 */
export function whenSameUser(signal?: AbortSignal): Promise<void> {
  return state.session === 'other' ? signedInAgain(signal) : Promise.resolve();
}

/** Resolves when the user has signed in again. @throws the signal's reason if it is aborted first */
export function signedInAgain(signal?: AbortSignal): Promise<void> {
  waiting ??= Promise.withResolvers<void>();
  if (!signal) return waiting.promise;
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
  return Promise.race([waiting.promise, aborted.promise]);
}

/**
 * Opens the sign-in page in a new window, and resolves when the user has signed in. Interrupted requests are then repeated.
 * @param url of the sign-in page
 * @param fetchIdentity requests the identity from the service
 */
export async function signInAgain(url: string, fetchIdentity: () => Promise<Identity>): Promise<void> {
  window.open(url, '_blank', 'noopener');
  if (state.session === 'expired') set({ session: 'waiting' });
  await pollUntilSame(fetchIdentity);
}

/** Detects that the user, or another user, has signed in in another window. @param fetchIdentity requests the identity */
export async function checkIdentity(fetchIdentity: () => Promise<Identity>): Promise<void> {
  const identity = await fetchIdentity();
  if (identity === 'other') {
    set({ session: 'other' });
    await pollUntilSame(fetchIdentity);
  } else if (identity === 'same' && state.session !== 'open') reopen();
}

async function pollUntilSame(fetchIdentity: () => Promise<Identity>): Promise<void> {
  if (isPolling) return;
  isPolling = true;
  for (;;) {
    const identity = await fetchIdentity();
    if (identity === 'same') break;
    if (identity === 'other' && state.session !== 'other') set({ session: 'other' });
    await new Promise((resolve) => setTimeout(resolve, SIGN_IN_MS));
  }
  isPolling = false;
  reopen();
}

function reopen(): void {
  set({ session: 'open' });
  waiting?.resolve();
  waiting = null;
}

window.addEventListener('online', () => void probe());
window.addEventListener('offline', wentOffline);
