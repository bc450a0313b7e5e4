import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiError } from './api-error.ts';

export interface ConnectionState {
  /** False from a request that reached nobody to the next that does. */
  online: boolean;
  /** `waiting`: a window to sign in was opened, and this page asks again and again. */
  session: 'open' | 'expired' | 'waiting';
  /** The service does not know this page's operations: it is of another version. */
  outdated: boolean;
}

const PROBE_MS = 3_000;
const SIGN_IN_MS = 2_000;

let state: ConnectionState = { online: true, session: 'open', outdated: false };
const listeners = new Set<() => void>();
let waiting: PromiseWithResolvers<void> | null = null;
let probing: ReturnType<typeof setInterval> | undefined;

function set(patch: Partial<ConnectionState>): void {
  state = { ...state, ...patch };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How this page stands with the service, for the banners of the frame. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(subscribe, () => state);
}

/** Tells what a request has shown about the connection; null is a success. */
export function reportConnection(error: unknown): void {
  if (error instanceof ApiError) {
    if (error.kind === 'offline') return wentOffline();
    if (error.kind === 'signed-out' && state.session === 'open') set({ session: 'expired' });
    if (error.kind === 'outdated' && !state.outdated) set({ outdated: true });
  }
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

/** Asks whether anybody answers, whatever the answer is. */
export async function probe(): Promise<void> {
  try {
    await fetch('/health/live', {
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout(PROBE_MS),
    });
    if (!state.online) cameBack();
  } catch {
    // Still nobody.
  }
}

/** Resolves when the person has signed in again. @throws the signal's reason where it is aborted before. */
export function signedInAgain(signal?: AbortSignal): Promise<void> {
  waiting ??= Promise.withResolvers<void>();
  if (!signal) return waiting.promise;
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
  return Promise.race([waiting.promise, aborted.promise]);
}

/**
 * Opens the window to sign in, and ends when the service knows the person again; what was interrupted then goes on.
 * @param url of the sign-in, null where there is none to open
 * @param isSignedIn asks the service
 */
export async function signInAgain(url: string | null, isSignedIn: () => Promise<boolean>): Promise<void> {
  if (url) window.open(url, '_blank', 'noopener');
  if (state.session === 'waiting') return;
  set({ session: 'waiting' });
  while (!(await isSignedIn())) await new Promise((resolve) => setTimeout(resolve, SIGN_IN_MS));
  set({ session: 'open' });
  waiting?.resolve();
  waiting = null;
}

window.addEventListener('online', () => void probe());
window.addEventListener('offline', wentOffline);
