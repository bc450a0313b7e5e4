import { Injectable } from '@nestjs/common';
import { Database, type Transaction, userScope } from '../../../database/database.ts';
import type { PhotoKeys } from '../../../metadata/photos/photo.repository.ts';
import { type UploadOutcome, UploadRepository } from '../../../metadata/uploads/upload.repository.ts';
import { StorageUnavailableError } from '../../../storage/object-store.ts';
import { UploadTargets } from '../../../storage/upload-targets.ts';
import { IntentCleaner } from '../intent-cleaner.ts';
import { RETENTION_MS } from '../lifetimes.ts';
import { UploadLedger } from '../upload-ledger.ts';
import { type StagedUpload, UploadDoor } from './upload-door.ts';

/**
 * Creates the error for an upload whose earlier attempt is still being removed. The upload can be completed again.
 */
export function intentLost(): StorageUnavailableError {
  return new StorageUnavailableError('An earlier attempt at this upload is still being removed.');
}

/** createUploads, PUT, completeUploads. The row exists from the declaration on and stores the outcome. */
@Injectable()
export class StagedDoor extends UploadDoor {
  constructor(
    private readonly database: Database,
    private readonly targets: UploadTargets,
    private readonly uploads: UploadRepository,
    private readonly ledger: UploadLedger,
    private readonly cleaner: IntentCleaner,
  ) {
    super();
  }

  /** The size was reserved when the upload was declared. */
  override mayFit(): boolean {
    return true;
  }

  override async writeIntent(
    upload: StagedUpload,
    photoId: string,
    keys: PhotoKeys,
    until: Date,
  ): Promise<boolean> {
    const write = () =>
      this.database.write([userScope(upload.userId)], (tx) =>
        this.uploads.writeIntent(tx, upload.id, photoId, keys, until),
      );
    if (!(await write())) {
      await this.#clearEarlierAttempt(upload);
      if (!(await write())) throw intentLost();
    }
    return true;
  }

  override endIntent(tx: Transaction, { id }: StagedUpload, photoId: string, now: Date): Promise<boolean> {
    const until = new Date(now.getTime() + RETENTION_MS);
    return this.uploads.finish(tx, id, 'keeping', { kind: 'photo', photoId }, until);
  }

  override async end({ id, userId, sizeBytes }: StagedUpload, outcome: UploadOutcome): Promise<void> {
    await this.ledger.finish({ id, userId, reservedBytes: sizeBytes }, 'received', outcome);
  }

  override discard({ id }: StagedUpload): Promise<void> {
    return this.targets.remove(id);
  }

  /** Clears the intent of an earlier attempt, which could not remove its objects because the store had failed. */
  async #clearEarlierAttempt({ id, userId }: StagedUpload): Promise<void> {
    const earlier = await this.uploads.find(userId, id);
    // If the database is shared, another process may be working on the intent.
    const isAbandoned =
      earlier?.state === 'clearing' ||
      (earlier?.state === 'keeping' && !this.database.capabilities.severalProcesses);
    if (!isAbandoned || !(await this.cleaner.clear(id))) throw intentLost();
  }
}
