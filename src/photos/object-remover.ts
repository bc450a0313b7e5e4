import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.ts';
import type { PhotoKeys } from '../metadata/photo.repository.ts';
import { type Tombstone, TombstoneRepository } from '../metadata/tombstone.repository.ts';
import { ObjectStore } from '../storage/object-store.ts';

/** Removes the objects of photos that are gone. */
@Injectable()
export class ObjectRemover {
  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly tombstones: TombstoneRepository,
  ) {}

  /** Throws StorageUnavailableError; objects that are missing are no fault. */
  async remove(keys: PhotoKeys): Promise<void> {
    await Promise.all([keys.original, keys.thumbnail, keys.preview].map((key) => this.store.delete(key)));
  }

  /** Removes the objects of tombstones, then the tombstones. */
  async bury(tombstones: readonly Tombstone[]): Promise<void> {
    for (const tombstone of tombstones) await this.remove(tombstone.keys);
    await this.database.write((tx) =>
      this.tombstones.remove(
        tx,
        tombstones.map((tombstone) => tombstone.photoId),
      ),
    );
  }
}
