import { join, resolve } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG, type Config, ConfigError } from '../config/config.ts';
import { DiskObjectStore } from './disk/disk-object-store.ts';
import { LocalUploadTargets } from './local-upload-targets.ts';
import { ObjectStore, StorageUnavailableError } from './object-store.ts';
import { Staging } from './staging/staging.ts';
import { UploadTargets } from './upload-targets.ts';

/** The engines for the configured storage. */
interface Storage {
  store: ObjectStore;
  targets: UploadTargets;
}

const STORAGE = Symbol('Storage');

/**
 * Opens the configured storage: a bucket, or a folder in DATA_DIR.
 * @throws ConfigError if the storage is configured incorrectly
 * @throws StorageStartError if the fault may be temporary
 */
async function openStorage(
  { storage, dataDir, storageTimeoutSeconds: timeoutSeconds }: Config,
  staging: Staging,
): Promise<Storage> {
  if (storage.engine === 'gcs') {
    // Loaded only if needed, because Google's client takes time and memory to load.
    const { openBucket } = await import('./gcs/open-bucket.ts');
    return openBucket(storage.bucket, staging, { timeoutSeconds });
  }
  return {
    store: await openFolder(join(resolve(dataDir), 'objects')),
    targets: new LocalUploadTargets(staging),
  };
}

async function openFolder(root: string): Promise<ObjectStore> {
  try {
    return await DiskObjectStore.open(root);
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error;
    throw new ConfigError([
      `DATA_DIR: ${root} must be a folder that the service can write to; ${error.message}`,
    ]);
  }
}

/**
 * Provides the configured ObjectStore, the UploadTargets that belong to it, and Staging. All of them are ready when
 * the application starts.
 */
@Module({
  providers: [
    Staging,
    { provide: STORAGE, inject: [CONFIG, Staging], useFactory: openStorage },
    { provide: ObjectStore, inject: [STORAGE], useFactory: ({ store }: Storage) => store },
    { provide: UploadTargets, inject: [STORAGE], useFactory: ({ targets }: Storage) => targets },
  ],
  exports: [ObjectStore, Staging, UploadTargets],
})
export class StorageModule {}
