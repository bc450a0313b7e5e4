import { useSyncExternalStore } from 'react';
import { askBeforeLeaving } from '../../../shared/ui/ask-before-leaving.ts';
import type { UploadQueue } from './upload-queue.ts';
import { type ChosenFile, NO_UPLOADS, underWay, type UploadsSnapshot } from './uploads-snapshot.ts';

/** Views are updated at most once in this time. */
const UPDATE_MS = 150;

/*
 * The queue is a variable of this module, so that uploads continue while the user moves between pages. Its code is
 * loaded when the first file is added, or earlier by `prepareUploads`.
 */
let queue: Promise<UploadQueue> | null = null;
let snapshot = NO_UPLOADS;
const listeners = new Set<() => void>();
let updateTimer: ReturnType<typeof setTimeout> | null = null;
let stopAsking: (() => void) | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns a part of the queue's state. `select` must return the same value until that part changes. */
export function useUploads<Part>(select: (uploads: UploadsSnapshot) => Part): Part {
  return useSyncExternalStore(subscribe, () => select(snapshot));
}

/** Calls back after each change, with the current and the previous state. Returns a function that unsubscribes. */
export function watchUploads(callback: (now: UploadsSnapshot, before: UploadsSnapshot) => void): () => void {
  let last = snapshot;
  return subscribe(() => {
    const before = last;
    last = snapshot;
    callback(snapshot, before);
  });
}

/** Returns the current state of the queue, for event handlers. */
export function currentUploads(): UploadsSnapshot {
  return snapshot;
}

/** Adds files to the queue. @throws if the queue's code cannot be loaded */
export async function addFiles(files: readonly ChosenFile[]): Promise<void> {
  if (files.length > 0) (await loadQueue()).add(files);
}

/** Calls back with the queue, if it exists. */
export async function withQueue(callback: (queue: UploadQueue) => void): Promise<void> {
  if (queue) callback(await queue);
}

/** Loads the queue's code before it is needed, so that files can be added even if the connection is lost later. */
export async function prepareUploads(): Promise<void> {
  try {
    await loadQueue();
  } catch {
    // The code is requested again when the first file is added.
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
      updateTimer ??= setTimeout(() => {
        updateTimer = null;
        update(made.snapshot());
      }, UPDATE_MS);
    });
    return made;
  } catch (error) {
    // There may be no connection. The next file tries again.
    queue = null;
    throw error;
  }
}

function update(next: UploadsSnapshot): void {
  snapshot = next;
  if (underWay(next.totals) > 0) stopAsking ??= askBeforeLeaving();
  else {
    stopAsking?.();
    stopAsking = null;
  }
  for (const listener of listeners) listener();
}
