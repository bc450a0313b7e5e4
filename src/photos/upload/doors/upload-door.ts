import type { Transaction } from '../../../database/database.ts';
import type { PhotoKeys } from '../../../metadata/photos/photo.repository.ts';
import type { UploadOutcome } from '../../../metadata/uploads/upload.repository.ts';

/** A file whose bytes are in the staging folder. */
export interface StagedUpload {
  id: string;
  userId: string;
  filename: string;
  sizeBytes: number;
  checksum: string;
}

/**
 * The steps of the pipeline that depend on the way in which an upload arrived. The multipart door has a row only
 * while there is an intent. The staged door has a row from the declaration on, which reserves the size and stores
 * the outcome.
 */
export abstract class UploadDoor {
  /**
   * Returns false if the file is certainly larger than the free quota, so that it need not be decoded. Only the
   * reservation is decisive.
   */
  abstract mayFit(upload: StagedUpload, freeBytes: number): boolean;

  /**
   * Commits the intent: the photo's ID and keys.
   * @param until time when the intent expires
   * @returns false, without any change, if the file exceeds the quota
   * @throws StorageUnavailableError if an earlier attempt at the upload is still being removed
   */
  abstract writeIntent(upload: StagedUpload, photoId: string, keys: PhotoKeys, until: Date): Promise<boolean>;

  /**
   * Ends the intent in the transaction that inserts the photo.
   * @returns false if a sweep has claimed the intent, so that the photo must not be committed
   */
  abstract endIntent(tx: Transaction, upload: StagedUpload, photoId: string, now: Date): Promise<boolean>;

  /** Ends an upload that did not become a photo: stores its outcome and releases the reservation. */
  abstract end(upload: StagedUpload, outcome: UploadOutcome): Promise<void>;

  /** Removes the received bytes. */
  abstract discard(upload: StagedUpload): Promise<void>;
}
