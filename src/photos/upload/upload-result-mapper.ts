import { Injectable, Logger } from '@nestjs/common';
import { NotFoundError, toUserErrorCode, UserErrorCode } from '../../graphql/types/user-error.ts';
import type { Photo } from '../../metadata/photos/photo.ts';
import { PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import type { UploadOutcome } from '../../metadata/uploads/upload.repository.ts';
import { DuplicatePhotoError, UploadRefusedError } from './upload-results.ts';

export type UploadResult = Photo | DuplicatePhotoError | UploadRefusedError | NotFoundError;

/** Converts the outcomes of uploads to the results that clients receive. */
@Injectable()
export class UploadResultMapper {
  readonly #log = new Logger(UploadResultMapper.name);

  constructor(private readonly photos: PhotoRepository) {}

  /** Converts an outcome. */
  async of(
    userId: string,
    uploadId: string,
    filename: string,
    outcome: UploadOutcome,
  ): Promise<UploadResult> {
    if (outcome.kind === 'refused')
      return new UploadRefusedError(toUserErrorCode(outcome.code), outcome.message, filename);
    const photo = (await this.photos.findByIds(userId, [outcome.photoId])).get(outcome.photoId);
    // The photo has been deleted permanently since.
    if (!photo) return new NotFoundError(uploadId, 'upload');
    return outcome.kind === 'photo' ? photo : new DuplicatePhotoError(photo);
  }

  /**
   * Waits for the results of a batch. An item that fails becomes an UploadRefusedError and does not make the other
   * items fail.
   * @throws the first error if all items failed
   */
  async settle(items: readonly Promise<UploadResult>[]): Promise<UploadResult[]> {
    const settled = await Promise.allSettled(items);
    const faults = settled.filter((item) => item.status === 'rejected');
    const [first] = faults;
    if (first && faults.length === settled.length) throw first.reason;
    for (const { reason } of faults) this.#log.warn({ err: reason }, 'An item of a batch failed.');
    return settled.map((item) => (item.status === 'fulfilled' ? item.value : unfinished()));
  }
}

function unfinished(): UploadRefusedError {
  const message = 'The file could not be processed. Send it again, or complete its upload again.';
  return new UploadRefusedError(UserErrorCode.UPLOAD_INCOMPLETE, message, null);
}
