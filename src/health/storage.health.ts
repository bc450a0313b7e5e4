import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../storage/object-store.ts';
import { DependencyCheck } from './dependency-check.ts';

/** Whether the store takes an object and gives it back. */
@Injectable()
export class StorageHealth {
  constructor(
    private readonly storage: ObjectStore,
    private readonly dependency: DependencyCheck,
  ) {}

  check() {
    return this.dependency.attempt('storage', () => this.storage.check());
  }
}
