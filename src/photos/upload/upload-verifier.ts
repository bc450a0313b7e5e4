import { KEPT_MS } from './lifetimes.ts';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { InflightBytes } from '../../storage/staging/inflight-bytes.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { UploadRepository, type UploadRow } from '../../metadata/uploads/upload.repository.ts';
import { type StagedFile, Staging, TooManyBytesError } from '../../storage/staging/staging.ts';
import { UploadTargets } from '../../storage/upload-targets.ts';
import { refusal } from './refusals.ts';
import { isOver } from './upload-target.ts';

/** Why what arrived cannot become a photo. */
export interface Fault {
  /** A UserErrorCode. */
  code: string;
  message: string;
}

class NotAsDeclaredError extends Error {
  override name = 'NotAsDeclaredError';
}

/** What was sent past this service is read here for the first time, when somebody says that it is there. */
@Injectable()
export class UploadVerifier {
  constructor(
    private readonly database: Database,
    private readonly inflight: InflightBytes,
    private readonly staging: Staging,
    private readonly targets: UploadTargets,
    private readonly uploads: UploadRepository,
  ) {}

  /** Does `work` with room for a copy of the upload here, which it leaves behind. Throws as InflightBytes does. */
  async withRoom<T>({ id, sizeBytes, userId }: UploadRow, work: () => Promise<T>): Promise<T> {
    const release = await this.inflight.acquire(sizeBytes, undefined, userId);
    try {
      return await work();
    } finally {
      await this.staging.remove(id);
      release();
    }
  }

  /**
   * Has the bytes of an upload here, of the size and the checksum that were declared; an open one is then received. What is
   * not as declared is removed, so that it can be sent again. One that was received before may have lost its bytes since.
   * Throws StorageUnavailableError, DatabaseUnavailableError.
   */
  async verify(upload: UploadRow): Promise<Fault | null> {
    const { id, sizeBytes, checksum } = upload;
    try {
      const accept = (arrived: StagedFile): void => {
        if (arrived.sizeBytes !== sizeBytes || arrived.checksum !== checksum) throw new NotAsDeclaredError();
      };
      const isHere = await this.targets.stage(id, sizeBytes, accept);
      if (upload.state !== 'open') return null;
      // What was wrong with the last bytes is told until others come.
      const before = upload.outcome?.kind === 'refused' ? upload.outcome : null;
      const missing = isOver(upload) ? UserErrorCode.UPLOAD_EXPIRED : UserErrorCode.UPLOAD_INCOMPLETE;
      if (!isHere) return before ?? faultOf(missing);
    } catch (error) {
      if (!(error instanceof NotAsDeclaredError || error instanceof TooManyBytesError)) throw error;
      await this.targets.remove(id);
      const fault = faultOf(UserErrorCode.CHECKSUM_MISMATCH);
      await this.database.write((tx) => this.uploads.setPutError(tx, id, { kind: 'refused', ...fault }));
      return fault;
    }
    const until = new Date(Date.now() + KEPT_MS);
    const isReceived = await this.database.write((tx) => this.uploads.markReceived(tx, id, until));
    // A sweep was first.
    return isReceived ? null : faultOf(UserErrorCode.UPLOAD_EXPIRED);
  }
}

function faultOf(code: Parameters<typeof refusal>[0]): Fault {
  const { message } = refusal(code, null);
  return { code, message };
}
