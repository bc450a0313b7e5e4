import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import type { PhotoKeys } from '../../metadata/photos/photo.repository.ts';
import { type Tombstone, TombstoneRepository } from '../../metadata/uploads/tombstone.repository.ts';
import { UploadRepository } from '../../metadata/uploads/upload.repository.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { UploadLedger } from '../upload/upload-ledger.ts';

const FOREVER = new Date('9999-01-01T00:00:00Z');
const AT_A_TIME = 16;

/** Removes the objects of photos that are gone, and of those that never came to be. */
@Injectable()
export class ObjectRemover {
  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly tombstones: TombstoneRepository,
    private readonly uploads: UploadRepository,
    private readonly ledger: UploadLedger,
  ) {}

  /** Throws StorageUnavailableError; objects that are missing are no fault. */
  async remove(keys: PhotoKeys): Promise<void> {
    await Promise.all([keys.original, keys.thumbnail, keys.preview].map((key) => this.store.delete(key)));
  }

  /**
   * Clears an intent that came to nothing. The claim comes first, so that a commit which is late finds that it may not;
   * then the objects go; then the row says that its bytes are only staged, or goes too. False where there was nothing to claim.
   */
  async clearIntent(uploadId: string, expiredBy = FOREVER): Promise<boolean> {
    const claimed = await this.database.write((tx) => this.uploads.clear(tx, uploadId, expiredBy));
    if (!claimed) return false;
    if (claimed.keys) await this.remove(claimed.keys);
    await this.ledger.cleared(uploadId, claimed.secretHash !== null);
    return true;
  }

  /** Removes the objects of tombstones, some at a time, then the tombstones. */
  async bury(tombstones: readonly Tombstone[]): Promise<void> {
    for (let start = 0; start < tombstones.length; start += AT_A_TIME)
      await Promise.all(tombstones.slice(start, start + AT_A_TIME).map(({ keys }) => this.remove(keys)));
    await this.database.write((tx) =>
      this.tombstones.remove(
        tx,
        tombstones.map((tombstone) => tombstone.photoId),
      ),
    );
  }
}
