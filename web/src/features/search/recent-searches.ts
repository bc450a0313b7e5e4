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

/** What the person searched last in this browser, newest first; nothing as long as nobody knows who it is. */
export function useRecentSearches(): readonly string[] {
  const isKnown = useViewer() !== undefined;
  return useSyncExternalStore(subscribe, () => (isKnown ? (searches ??= read()) : NONE));
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
