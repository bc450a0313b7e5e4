import { useSyncExternalStore } from 'react';

const KEPT = 'imgstream.searches';
const MAX = 8;

const NONE: readonly string[] = [];
let searches: readonly string[] | null = null;
const listeners = new Set<() => void>();

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string').slice(0, MAX) : NONE;
  } catch {
    return NONE;
  }
}

function write(next: readonly string[]): void {
  searches = next;
  try {
    localStorage.setItem(KEPT, JSON.stringify(next));
  } catch {
    // They are there until the page is closed.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was searched last in this browser, newest first. */
export function useRecentSearches(): readonly string[] {
  return useSyncExternalStore(subscribe, () => (searches ??= read()));
}

/** Keeps a search; what it was on its way (`ky`, `kyo`) is forgotten. */
export function rememberSearch(query: string): void {
  const others = (searches ??= read()).filter((each) => !query.startsWith(each));
  write([query, ...others].slice(0, MAX));
}

/** Forgets one. */
export function forgetSearch(query: string): void {
  write((searches ??= read()).filter((each) => each !== query));
}

/** Forgets all. */
export function forgetSearches(): void {
  write(NONE);
}
