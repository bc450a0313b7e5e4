import { Injectable, Logger } from '@nestjs/common';
import { NotFoundError, toUserErrorCode, UserErrorCode } from '../../graphql/types/user-error.ts';
import type { Photo } from '../../metadata/photos/photo.ts';
import { PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import type { UploadOutcome } from '../../metadata/uploads/upload.repository.ts';
import { DuplicatePhotoError, UploadRefusedError } from './upload-results.ts';

export type UploadResult = Photo | DuplicatePhotoError | UploadRefusedError | NotFoundError;

/** What became of an upload, as a client sees it. */
@Injectable()
export class UploadResultMapper {
  readonly #log = new Logger(UploadResultMapper.name);

  constructor(private readonly photos: PhotoRepository) {}

  async of(
    userId: string,
    uploadId: string,
    filename: string,
    outcome: UploadOutcome,
  ): Promise<UploadResult> {
    if (outcome.kind === 'refused')
      return new UploadRefusedError(toUserErrorCode(outcome.code), outcome.message, filename);
    const photo = (await this.photos.findByIds(userId, [outcome.photoId])).get(outcome.photoId);
    // Deleted for good since: there is nothing left to answer with.
    if (!photo) return new NotFoundError(uploadId, 'upload');
    return outcome.kind === 'photo' ? photo : new DuplicatePhotoError(photo);
  }

  /**
   * The answers of a batch. A fault of one item is an answer to that item, and fails the others as little as a refusal
   * does; where every item met a fault, the fault is the request's.
   */
  async settle(items: readonly Promise<UploadResult>[]): Promise<UploadResult[]> {
    const settled = await Promise.allSettled(items);
    const faults = settled.filter((item) => item.status === 'rejected');
    const [first] = faults;
    if (first && faults.length === settled.length) throw first.reason;
    for (const { reason } of faults) this.#log.warn({ err: reason }, 'An item of a batch met a fault.');
    return settled.map((item) => (item.status === 'fulfilled' ? item.value : unfinished()));
  }
}

function unfinished(): UploadRefusedError {
  const message = 'This file could not be taken just now; send it, or ask for it, again.';
  return new UploadRefusedError(UserErrorCode.UPLOAD_INCOMPLETE, message, null);
}
