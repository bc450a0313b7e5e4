import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import type { PhotoKeys } from '../../metadata/photos/photo.repository.ts';
import { type Tombstone, TombstoneRepository } from '../../metadata/uploads/tombstone.repository.ts';
import { ObjectStore } from '../../storage/object-store.ts';

/** Photos whose objects are removed concurrently. */
const BATCH_SIZE = 16;

/** Removes the objects of deleted photos. */
@Injectable()
export class ObjectRemover {
  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly tombstones: TombstoneRepository,
  ) {}

  /**
   * Deletes the objects of one photo. A missing object is not an error.
   * @throws StorageUnavailableError
   */
  async remove(keys: PhotoKeys): Promise<void> {
    await Promise.all([keys.original, keys.thumbnail, keys.preview].map((key) => this.store.delete(key)));
  }

  /**
   * Deletes the objects of tombstones, in batches, and then the tombstones.
   * @throws StorageUnavailableError, DatabaseUnavailableError; the tombstones then remain
   */
  async clearTombstones(tombstones: readonly Tombstone[]): Promise<void> {
    for (let start = 0; start < tombstones.length; start += BATCH_SIZE)
      await Promise.all(tombstones.slice(start, start + BATCH_SIZE).map(({ keys }) => this.remove(keys)));
    const photoIds = tombstones.map(({ photoId }) => photoId);
    await this.database.write([], (tx) => this.tombstones.remove(tx, photoIds));
  }
}
