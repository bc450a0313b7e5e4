import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { LocalBucket } from '../support/bucket.ts';

/** The kinds of object store that a crash test supports. */
export const STORES = ['disk', 'gcs'] as const;
export type StoreName = (typeof STORES)[number];

/** The environment of the service in a crash test. It outlives each process of the service. */
export interface Workspace {
  store: StoreName;
  /** Environment variables for the service. */
  env: Record<string, string>;
  /** Returns the sorted keys of all objects. For a bucket, this includes staged objects. */
  objects(): Promise<string[]>;
  /** Returns the ids of the uploads whose bytes are staged. */
  staged(): Promise<string[]>;
  close(): Promise<void>;
}

const STAGED = 'temp/uploads/';

export async function openWorkspace(store: StoreName, dataDir: string): Promise<Workspace> {
  return store === 'gcs' ? openBucket() : openFolder(dataDir);
}

function openFolder(dataDir: string): Workspace {
  return {
    store: 'disk',
    env: {},
    objects: () => filesIn(join(dataDir, 'objects')),
    staged: () => readdir(join(dataDir, STAGED)),
    close: () => Promise.resolve(),
  };
}

/** Opens a bucket. Its server runs in the process of the test, so it survives when the service is killed. */
async function openBucket(): Promise<Workspace> {
  const bucket = await LocalBucket.open();
  return {
    store: 'gcs',
    env: bucket.processEnv,
    objects: async () => (await bucket.names()).toSorted(),
    staged: async () =>
      (await bucket.names())
        .filter((name) => name.startsWith(STAGED))
        .map((name) => name.slice(STAGED.length)),
    close: () => bucket.close(),
  };
}

/** Returns the sorted relative paths of the files in a folder. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).toSorted();
}
