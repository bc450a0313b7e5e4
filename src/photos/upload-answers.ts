import { Injectable } from '@nestjs/common';
import type { Photo } from '../metadata/photo.ts';
import { PhotoRepository } from '../metadata/photo.repository.ts';
import type { UploadOutcome } from '../metadata/upload.repository.ts';
import { DuplicatePhotoError, NotFoundError, UploadRefusedError } from './upload-results.ts';

export type UploadAnswer = Photo | DuplicatePhotoError | UploadRefusedError | NotFoundError;

/** What became of an upload, as a client sees it. */
@Injectable()
export class UploadAnswers {
  constructor(private readonly photos: PhotoRepository) {}

  async of(
    userId: string,
    uploadId: string,
    filename: string,
    outcome: UploadOutcome,
  ): Promise<UploadAnswer> {
    if (outcome.kind === 'refused') return new UploadRefusedError(outcome.code, outcome.message, filename);
    const photo = (await this.photos.findByIds(userId, [outcome.photoId])).get(outcome.photoId);
    // Deleted for good since: there is nothing left to answer with.
    if (!photo) return new NotFoundError(uploadId, 'upload');
    return outcome.kind === 'photo' ? photo : new DuplicatePhotoError(photo);
  }
}
