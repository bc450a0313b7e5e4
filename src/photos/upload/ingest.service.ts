import { Injectable, Logger } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { Database, UniqueViolationError, userScope } from '../../database/database.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { ImageProcessor, ImageRefusedError, type ProcessedImage } from '../../images/image.ts';
import { type PhotoKeys, PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import type { UploadOutcome } from '../../metadata/uploads/upload.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { Staging } from '../../storage/staging/staging.ts';
import { ViewerService } from '../../viewer/viewer.service.ts';
import { LibraryEvents } from '../events/library-events.ts';
import { newPhoto } from '../objects/new-photo.ts';
import { photoKeys } from '../objects/photo-keys.ts';
import { intentLost } from './doors/staged-door.ts';
import type { StagedUpload, UploadDoor } from './doors/upload-door.ts';
import { IntentCleaner } from './intent-cleaner.ts';
import { INTENT_MS } from './lifetimes.ts';
import { refusedOutcome } from './refusals.ts';

/**
 * The pipeline behind both doors: decodes the image, commits the intent, stores the objects and commits the photo.
 * Its outcome is durable.
 */
@Injectable()
export class IngestService {
  readonly #log = new Logger(IngestService.name);
  /**
   * The last running upload by owner and checksum. The next upload of the same bytes waits for it and is a
   * duplicate.
   */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(
    private readonly database: Database,
    private readonly images: ImageProcessor,
    private readonly store: ObjectStore,
    private readonly staging: Staging,
    private readonly photos: PhotoRepository,
    private readonly users: UserRepository,
    private readonly viewers: ViewerService,
    private readonly cleaner: IntentCleaner,
    private readonly events: LibraryEvents,
  ) {}

  /**
   * Turns a staged upload into a photo.
   * @returns the photo, the existing photo with the same bytes, or the reason why the upload was refused
   * @throws StorageUnavailableError, DatabaseUnavailableError, ImageProcessorUnavailableError. The bytes are then
   * still staged, and an upload of the staged door returns to the state `received`, by the next sweep at the
   * latest.
   */
  async ingest(upload: StagedUpload, door: UploadDoor): Promise<UploadOutcome> {
    const key = `${upload.checksum} ${upload.userId}`;
    const before = this.#running.get(key) ?? Promise.resolve();
    const running = before.then(
      () => this.#ingest(upload, door),
      () => this.#ingest(upload, door),
    );
    this.#running.set(key, running);
    try {
      return await running;
    } finally {
      if (this.#running.get(key) === running) this.#running.delete(key);
    }
  }

  async #ingest(upload: StagedUpload, door: UploadDoor): Promise<UploadOutcome> {
    const [duplicate, { availableBytes, timeZone }] = await Promise.all([
      this.#findDuplicate(upload),
      this.viewers.uploader(upload.userId),
    ]);
    if (duplicate) return this.#end(upload, door, duplicate);
    if (!(await this.staging.has(upload.id))) return this.#refuse(upload, door, UserErrorCode.UPLOAD_EXPIRED);
    if (!door.mayFit(upload, availableBytes)) return this.#refuse(upload, door, UserErrorCode.QUOTA_EXCEEDED);
    const image = await this.#decode(upload);
    if (image instanceof ImageRefusedError) {
      const { code, message } = image;
      return this.#end(upload, door, { kind: 'refused', code, message });
    }
    return this.#store(upload, door, image, timeZone);
  }

  async #findDuplicate({ userId, checksum }: StagedUpload): Promise<UploadOutcome | null> {
    const photo = (await this.photos.findByChecksums(userId, [checksum])).get(checksum);
    return photo ? { kind: 'duplicate', photoId: photo.id } : null;
  }

  async #decode(upload: StagedUpload): Promise<ProcessedImage | ImageRefusedError> {
    try {
      return await this.images.process(this.staging.path(upload.id));
    } catch (error) {
      if (error instanceof ImageRefusedError) return error;
      throw error;
    }
  }

  async #store(
    upload: StagedUpload,
    door: UploadDoor,
    image: ProcessedImage,
    timeZone: string,
  ): Promise<UploadOutcome> {
    const photoId = uuid();
    const keys = photoKeys(upload.userId, photoId, image);
    const until = new Date(Date.now() + INTENT_MS);
    if (!(await door.writeIntent(upload, photoId, keys, until)))
      return this.#refuse(upload, door, UserErrorCode.QUOTA_EXCEEDED);
    try {
      await this.#storeObjects(upload, image, keys);
      await this.#commit(upload, door, image, timeZone, photoId, keys);
    } catch (error) {
      // Has no effect if the commit succeeded and only its acknowledgement was lost.
      await this.#clearAtOnce(upload.id);
      if (error instanceof UniqueViolationError) return this.#endAsDuplicate(upload, door, error);
      throw error;
    }
    await door.discard(upload);
    await this.events.publish(upload.userId, { added: [photoId] });
    return { kind: 'photo', photoId };
  }

  /** Settles only when all writes have ended, because an object written later would never be removed. */
  async #storeObjects(upload: StagedUpload, image: ProcessedImage, keys: PhotoKeys): Promise<void> {
    const writes = await Promise.allSettled([
      this.store.put(keys.thumbnail, image.thumbnail.bytes, image.thumbnail.contentType),
      this.store.put(keys.preview, image.preview.bytes, image.preview.contentType),
      this.store.putFile(keys.original, this.staging.path(upload.id), image.format.contentType),
    ]);
    for (const write of writes) if (write.status === 'rejected') throw write.reason;
  }

  /** Removes the objects of a failed attempt. If that fails as well, a sweep repeats it. */
  async #clearAtOnce(uploadId: string): Promise<void> {
    try {
      await this.cleaner.clear(uploadId);
    } catch (error) {
      this.#log.warn({ err: error, uploadId }, 'Objects of a failed upload remain until the next sweep.');
    }
  }

  /**
   * Commits the photo's row, the quota and the end of the intent in one transaction.
   * @throws UniqueViolationError if another photo has the same bytes
   */
  async #commit(
    upload: StagedUpload,
    door: UploadDoor,
    image: ProcessedImage,
    timeZone: string,
    photoId: string,
    keys: PhotoKeys,
  ): Promise<void> {
    const { userId, sizeBytes } = upload;
    return this.database.write([userScope(userId)], async (tx) => {
      const uploadedAt = new Date();
      if (!(await door.endIntent(tx, upload, photoId, uploadedAt))) throw intentLost();
      await this.photos.insert(tx, newPhoto({ ...upload, photoId, keys, uploadedAt }, image, timeZone));
      await this.users.adjustUsage(tx, userId, { used: sizeBytes, reserved: -sizeBytes });
    });
  }

  /** Ends an upload as a duplicate, because another process has stored the same bytes first. */
  async #endAsDuplicate(
    upload: StagedUpload,
    door: UploadDoor,
    violation: UniqueViolationError,
  ): Promise<UploadOutcome> {
    const duplicate = await this.#findDuplicate(upload);
    if (!duplicate) throw violation;
    return this.#end(upload, door, duplicate);
  }

  async #refuse(
    upload: StagedUpload,
    door: UploadDoor,
    code: Parameters<typeof refusedOutcome>[0],
  ): Promise<UploadOutcome> {
    return this.#end(upload, door, refusedOutcome(code));
  }

  async #end(upload: StagedUpload, door: UploadDoor, outcome: UploadOutcome): Promise<UploadOutcome> {
    await door.end(upload, outcome);
    await door.discard(upload);
    return outcome;
  }
}
