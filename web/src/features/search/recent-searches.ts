import { useSyncExternalStore } from 'react';
import { useViewer } from '../../shared/api/viewer.ts';
import { readLocal, writeLocal } from '../../shared/local-storage/local-storage.ts';

const MAX = 8;

const NONE: readonly string[] = [];
let searches: readonly string[] | null = null;
const listeners = new Set<() => void>();

function read(): readonly string[] {
  try {
    const texts: unknown = JSON.parse(readLocal('searches') ?? '[]');
    return Array.isArray(texts) ? texts.filter((each) => typeof each === 'string').slice(0, MAX) : NONE;
  } catch {
    return NONE;
  }
}

function write(next: readonly string[]): void {
  searches = next;
  writeLocal('searches', JSON.stringify(next));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The user's latest searches in this browser, newest first. Empty until the viewer is loaded, because until then the
 * stored searches may belong to another user.
 */
export function useRecentSearches(): readonly string[] {
  const isKnown = useViewer() !== undefined;
  return useSyncExternalStore(subscribe, () => (isKnown ? (searches ??= read()) : NONE));
}

/** Stores a search, and removes the searches that it starts with: `ky` and `kyo` were stored while it was typed. */
export function rememberSearch(query: string): void {
  const others = (searches ??= read()).filter((each) => !query.startsWith(each));
  write([query, ...others].slice(0, MAX));
}

/** Removes one search. */
export function forgetSearch(query: string): void {
  write((searches ??= read()).filter((each) => each !== query));
}

/** Removes all searches. */
export function forgetSearches(): void {
  write(NONE);
}
