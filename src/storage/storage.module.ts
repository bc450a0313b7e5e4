import { join, resolve } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG, type Config, ConfigError } from '../config/config.ts';
import { DiskObjectStore } from './disk/disk-object-store.ts';
import { ObjectStore, StorageUnavailableError } from './object-store.ts';
import { Staging } from './staging.ts';

/** Opens the objects of DATA_DIR. Throws a ConfigError that says what is wrong with the folder. */
export async function openObjectStore({ dataDir }: Pick<Config, 'dataDir'>): Promise<ObjectStore> {
  const root = join(resolve(dataDir), 'objects');
  try {
    return await DiskObjectStore.open(root);
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error;
    throw new ConfigError([
      `DATA_DIR: ${root} must be a folder that the service may write; ${error.message}`,
    ]);
  }
}

/** Gives the ObjectStore that the configuration asks for and the folder of bytes on their way in, ready when the application starts. */
@Module({
  providers: [{ provide: ObjectStore, inject: [CONFIG], useFactory: openObjectStore }, Staging],
  exports: [ObjectStore, Staging],
})
export class StorageModule {}
