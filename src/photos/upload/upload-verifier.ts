import { RETENTION_MS } from './lifetimes.ts';
import { Injectable } from '@nestjs/common';
import { Database, userScope } from '../../database/database.ts';
import { InflightBytes } from '../../storage/staging/inflight-bytes.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import {
  type RefusedOutcome,
  UploadRepository,
  type UploadRow,
} from '../../metadata/uploads/upload.repository.ts';
import { type StagedFile, Staging, TooManyBytesError } from '../../storage/staging/staging.ts';
import { UploadTargets } from '../../storage/upload-targets.ts';
import { refusedOutcome } from './refusals.ts';
import { isExpired } from './upload-target.ts';

class DeclarationMismatchError extends Error {
  override name = 'DeclarationMismatchError';
}

/**
 * Verifies bytes that were sent directly to a bucket. The service first reads them when the client completes the
 * upload.
 */
@Injectable()
export class UploadVerifier {
  constructor(
    private readonly database: Database,
    private readonly inflight: InflightBytes,
    private readonly staging: Staging,
    private readonly targets: UploadTargets,
    private readonly uploads: UploadRepository,
  ) {}

  /**
   * Runs `work` once a staged copy of the upload fits within the limit on bytes in flight. Removes the copy
   * afterwards.
   * @throws as `InflightBytes.acquire` and `work` do
   */
  async withCapacity<T>({ id, sizeBytes, userId }: UploadRow, work: () => Promise<T>): Promise<T> {
    const release = await this.inflight.acquire(sizeBytes, undefined, userId);
    try {
      return await work();
    } finally {
      await this.staging.remove(id);
      release();
    }
  }

  /**
   * Stages the bytes of an upload and compares their size and checksum with the declaration. Marks an open upload
   * as received. Removes bytes that do not match, so that they can be sent again.
   * @returns the outcome of an upload that cannot be ingested, or null. For an upload that was received earlier, null
   * does not guarantee that its bytes still exist.
   * @throws StorageUnavailableError, DatabaseUnavailableError
   */
  async verify(upload: UploadRow): Promise<RefusedOutcome | null> {
    const { id, sizeBytes, checksum } = upload;
    try {
      const accept = (arrived: StagedFile): void => {
        if (arrived.sizeBytes !== sizeBytes || arrived.checksum !== checksum)
          throw new DeclarationMismatchError();
      };
      const isHere = await this.targets.stage(id, sizeBytes, accept);
      if (upload.state !== 'open') return null;
      // The reason why the last bytes were refused is returned until new bytes arrive.
      const previous = upload.outcome?.kind === 'refused' ? upload.outcome : null;
      const missing = isExpired(upload) ? UserErrorCode.UPLOAD_EXPIRED : UserErrorCode.UPLOAD_INCOMPLETE;
      if (!isHere) return previous ?? refusedOutcome(missing);
    } catch (error) {
      if (!(error instanceof DeclarationMismatchError || error instanceof TooManyBytesError)) throw error;
      await this.targets.remove(id);
      const outcome = refusedOutcome(UserErrorCode.CHECKSUM_MISMATCH);
      await this.database.write([userScope(upload.userId)], (tx) =>
        this.uploads.setPutError(tx, id, outcome),
      );
      return outcome;
    }
    const until = new Date(Date.now() + RETENTION_MS);
    const isReceived = await this.database.write([userScope(upload.userId)], (tx) =>
      this.uploads.markReceived(tx, id, until),
    );
    // Otherwise a sweep has ended the upload in the meantime.
    return isReceived ? null : refusedOutcome(UserErrorCode.UPLOAD_EXPIRED);
  }
}
