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
 * The way in which an upload arrived, with the steps of the pipeline that depend on it. The multipart door has no row
 * before the intent and keeps nothing afterwards. The staged door has a row from the declaration on, which reserves the
 * size and keeps the outcome.
 */
export abstract class UploadDoor {
  /** False if the file is certainly larger than the free quota. Saves the decoding; only the reservation decides. */
  abstract mayFit(upload: StagedUpload, freeBytes: number): boolean;

  /**
   * Commits the intent: the photo's ID and keys. False, without any change, if the quota has no room for the file.
   * @throws StorageUnavailableError if an earlier attempt at the upload is still being removed.
   */
  abstract intend(upload: StagedUpload, photoId: string, keys: PhotoKeys, until: Date): Promise<boolean>;

  /** Ends the intent in the photo's own transaction. False if a sweep has claimed it: the photo must not be committed. */
  abstract endIntent(tx: Transaction, upload: StagedUpload, photoId: string, now: Date): Promise<boolean>;

  /** Records an outcome without a photo of its own, and releases the reservation. */
  abstract end(upload: StagedUpload, outcome: UploadOutcome): Promise<void>;

  /** Removes the received bytes. */
  abstract discard(upload: StagedUpload): Promise<void>;
}
