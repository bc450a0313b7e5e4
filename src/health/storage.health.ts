import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../storage/object-store.ts';
import { Staging } from '../storage/staging/staging.ts';
import { DependencyCheck } from './dependency-check.ts';

/** Checks that uploads can be staged and that the store can write and read an object. */
@Injectable()
export class StorageHealth {
  constructor(
    private readonly storage: ObjectStore,
    private readonly staging: Staging,
    private readonly dependency: DependencyCheck,
  ) {}

  check() {
    return this.dependency.attempt('storage', async () => {
      await Promise.all([this.storage.check(), this.staging.check()]);
    });
  }
}
