import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiError } from './api-error.ts';

export interface ConnectionState {
  /** False from a request that reached nobody to the next that does. */
  online: boolean;
  /**
   * `waiting`: a window to sign in was opened, and this page asks again and again. `other`: somebody else is signed in
   * now, who is to have nothing of what is under way here.
   */
  session: 'open' | 'expired' | 'waiting' | 'other';
  /** The service does not know this page's operations: it is of another version. */
  outdated: boolean;
}

/** Whom the service takes a request of this page for; `unknown` where it does not say. */
export type Person = 'same' | 'other' | 'unknown';

const PROBE_MS = 3_000;
const SIGN_IN_MS = 2_000;

let state: ConnectionState = { online: true, session: 'open', outdated: false };
const listeners = new Set<() => void>();
let waiting: PromiseWithResolvers<void> | null = null;
let probing: ReturnType<typeof setInterval> | undefined;
let isAsking = false;

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

/** Calls back each time that all is well again: somebody is reached, and knows who asks. Gives a function that ends it. */
export function onReconnected(tell: () => void): () => void {
  let wasWell = isWell();
  return subscribe(() => {
    if (isWell() && !wasWell) tell();
    wasWell = isWell();
  });
}

/** Whether somebody is reached who knows who asks, as far as this page has seen. */
export function isWell(): boolean {
  return state.online && state.session === 'open';
}

/** Tells what a request has shown about the connection; null is a success, and what is no ApiError shows nothing. */
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

/** Resolves when somebody is reached. */
export async function whenOnline(): Promise<void> {
  if (state.online) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = subscribe(() => state.online && resolve());
  await promise;
  unsubscribe();
}

/** Nothing is asked in the name of somebody else: resolves at once but where another person is signed in. */
export function whenSamePerson(signal?: AbortSignal): Promise<void> {
  return state.session === 'other' ? signedInAgain(signal) : Promise.resolve();
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
 * @param url of the sign-in
 * @param who asks the service
 */
export async function signInAgain(url: string, who: () => Promise<Person>): Promise<void> {
  window.open(url, '_blank', 'noopener');
  if (state.session === 'expired') set({ session: 'waiting' });
  await askUntilSame(who);
}

/** Looks whether somebody else has signed in meanwhile, or the person has, in another window; `who` asks the service. */
export async function lookWhoIsThere(who: () => Promise<Person>): Promise<void> {
  const person = await who();
  if (person === 'other') {
    set({ session: 'other' });
    await askUntilSame(who);
  } else if (person === 'same' && state.session !== 'open') reopen();
}

async function askUntilSame(who: () => Promise<Person>): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  for (;;) {
    const person = await who();
    if (person === 'same') break;
    if (person === 'other' && state.session !== 'other') set({ session: 'other' });
    await new Promise((resolve) => setTimeout(resolve, SIGN_IN_MS));
  }
  isAsking = false;
  reopen();
}

function reopen(): void {
  set({ session: 'open' });
  waiting?.resolve();
  waiting = null;
}

window.addEventListener('online', () => void probe());
window.addEventListener('offline', wentOffline);
