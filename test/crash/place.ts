import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { LocalBucket } from '../support/bucket.ts';

/** Where the service of a crash test keeps its objects. */
export const STORES = ['disk', 'gcs'] as const;
export type StoreName = (typeof STORES)[number];

/** It outlives the service. */
export interface Place {
  store: StoreName;
  /** What the service is started with. */
  env: Record<string, string>;
  /** The keys of all objects, in order; of a bucket also what was sent there and is no photo. */
  objects(): Promise<string[]>;
  /** The uploads of the staged door whose bytes have arrived. */
  arrived(): Promise<string[]>;
  close(): Promise<void>;
}

const ARRIVED = 'temp/uploads/';

export async function openPlace(store: StoreName, dataDir: string): Promise<Place> {
  return store === 'gcs' ? openBucket() : openFolder(dataDir);
}

function openFolder(dataDir: string): Place {
  return {
    store: 'disk',
    env: {},
    objects: () => filesIn(join(dataDir, 'objects')),
    arrived: () => readdir(join(dataDir, ARRIVED)),
    close: () => Promise.resolve(),
  };
}

/** In the process of the test. */
async function openBucket(): Promise<Place> {
  const bucket = await LocalBucket.open();
  return {
    store: 'gcs',
    env: bucket.processEnv,
    objects: async () => (await bucket.names()).toSorted(),
    arrived: async () =>
      (await bucket.names())
        .filter((name) => name.startsWith(ARRIVED))
        .map((name) => name.slice(ARRIVED.length)),
    close: () => bucket.close(),
  };
}

/** Paths of the files in a folder, in order. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).toSorted();
}
