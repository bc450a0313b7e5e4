import { useSyncExternalStore } from 'react';

let chosen: readonly File[] = [];
const listeners = new Set<() => void>();

/** The files that the next operation with uploads sends; kept outside React because the fetcher reads them, too. */
export const chosenFiles = (): readonly File[] => chosen;

export function chooseFiles(files: readonly File[]): void {
  chosen = files;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useChosenFiles = (): readonly File[] => useSyncExternalStore(subscribe, chosenFiles);
