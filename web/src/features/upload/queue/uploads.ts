import { useSyncExternalStore } from 'react';
import { askBeforeLeaving } from '../../../shared/ui/ask-before-leaving.ts';
import type { UploadQueue } from './upload-queue.ts';
import { type ChosenFile, NO_UPLOADS, underWay, type UploadsSnapshot } from './uploads-snapshot.ts';

/** Views are told so often, however much happens. */
const TELL_MS = 150;

/*
 * The queue lives outside of every view, so that it goes on while a person walks through the app; its code is loaded
 * with the first file.
 */
let queue: Promise<UploadQueue> | null = null;
let snapshot = NO_UPLOADS;
const listeners = new Set<() => void>();
let telling: ReturnType<typeof setTimeout> | null = null;
let letGo: (() => void) | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is under way, or a part of it. `select` gives the same value as long as nothing of it changed. */
export function useUploads<Part>(select: (uploads: UploadsSnapshot) => Part): Part {
  return useSyncExternalStore(subscribe, () => select(snapshot));
}

/** Calls back whenever something is different, with what was before. Gives a function that ends it. */
export function watchUploads(tell: (now: UploadsSnapshot, before: UploadsSnapshot) => void): () => void {
  let before = snapshot;
  return subscribe(() => {
    const was = before;
    before = snapshot;
    tell(snapshot, was);
  });
}

/** What is under way at this moment, for what is done about it. */
export function currentUploads(): UploadsSnapshot {
  return snapshot;
}

/** Puts files into the queue. @throws where the queue's code cannot be loaded. */
export async function addFiles(files: readonly ChosenFile[]): Promise<void> {
  if (files.length > 0) (await loadQueue()).add(files);
}

/** Does something to the queue, where there is one. */
export async function withQueue(act: (queue: UploadQueue) => void): Promise<void> {
  if (queue) act(await queue);
}

/** Loads the queue's code, where it is likely to be wanted soon: it is there then even without a connection. */
export async function prepareUploads(): Promise<void> {
  try {
    await loadQueue();
  } catch {
    // Asked for again with the first file.
  }
}

function loadQueue(): Promise<UploadQueue> {
  queue ??= startQueue();
  return queue;
}

async function startQueue(): Promise<UploadQueue> {
  try {
    const { makeQueue } = await import('./make-queue.ts');
    const made = makeQueue(() => {
      telling ??= setTimeout(() => {
        telling = null;
        tell(made.snapshot());
      }, TELL_MS);
    });
    return made;
  } catch (error) {
    // No connection perhaps: the next file tries again.
    queue = null;
    throw error;
  }
}

function tell(next: UploadsSnapshot): void {
  snapshot = next;
  if (underWay(next.totals) > 0) letGo ??= askBeforeLeaving();
  else {
    letGo?.();
    letGo = null;
  }
  for (const listener of listeners) listener();
}
