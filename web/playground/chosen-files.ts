import { useSyncExternalStore } from 'react';

let chosen: readonly File[] = [];
const listeners = new Set<() => void>();

/** The files that the next upload operation sends. Stored outside React because the fetcher also reads them. */
export const chosenFiles = (): readonly File[] => chosen;

/** Replaces the chosen files. */
export function chooseFiles(files: readonly File[]): void {
  chosen = files;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useChosenFiles = (): readonly File[] => useSyncExternalStore(subscribe, chosenFiles);
