import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { Database } from '../database/database.ts';
import { UserErrorCode } from '../graphql/types/user-error.ts';
import { ImageProcessor, ImageRefusedError, type ProcessedImage } from '../images/image.ts';
import { resolveTakenAt } from '../images/taken-at.ts';
import { type PhotoKeys, PhotoRepository } from '../metadata/photo.repository.ts';
import { type UploadOutcome, UploadRepository, type UploadState } from '../metadata/upload.repository.ts';
import { UserRepository } from '../metadata/user.repository.ts';
import { ObjectStore, StorageUnavailableError } from '../storage/object-store.ts';
import { Staging } from '../storage/staging.ts';
import { ViewerService } from '../viewer/viewer.service.ts';
import { LibraryEvents } from './library-events.ts';
import { photoKeys } from './photo-keys.ts';
import { ObjectRemover } from './object-remover.ts';
import { refusal } from './refusals.ts';

/** A file whose bytes are staged and whose row is `received`, with its room reserved. */
export interface ReceivedUpload {
  id: string;
  userId: string;
  filename: string;
  sizeBytes: number;
  checksum: string;
  reservedBytes: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** Longer than keeping a photo can take: the worker's bound, then three writes. */
export const INTENT_MS = 15 * 60_000;

/** A sweep or an earlier attempt has the upload; it can be completed again. */
function intentLost(): StorageUnavailableError {
  return new StorageUnavailableError('What an attempt at this upload has left is being cleared up.');
}

/** The pipeline behind both doors: look, intend, keep, commit. What it gives is durable, and stands to be given again. */
@Injectable()
export class IngestService {
  /** The last upload of each person's bytes that is on its way: the next of the same bytes waits for it, and is a duplicate. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly database: Database,
    private readonly images: ImageProcessor,
    private readonly store: ObjectStore,
    private readonly staging: Staging,
    private readonly photos: PhotoRepository,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
    private readonly viewers: ViewerService,
    private readonly remover: ObjectRemover,
    private readonly events: LibraryEvents,
  ) {}

  /**
   * Makes a photo of a received upload, or says why not.
   * @throws StorageUnavailableError, DatabaseUnavailableError, ImageProcessorUnavailableError; the upload is then still
   * received, or a sweep makes it so.
   */
  async ingest(upload: ReceivedUpload): Promise<UploadOutcome> {
    const bytes = `${upload.checksum} ${upload.userId}`;
    const before = this.#turns.get(bytes) ?? Promise.resolve();
    const turn = before.then(
      () => this.#ingest(upload),
      () => this.#ingest(upload),
    );
    this.#turns.set(bytes, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(bytes) === turn) this.#turns.delete(bytes);
    }
  }

  async #ingest(upload: ReceivedUpload): Promise<UploadOutcome> {
    const known = (await this.photos.findByChecksums(upload.userId, [upload.checksum])).get(upload.checksum);
    if (known) return this.#end(upload, 'received', { kind: 'duplicate', photoId: known.id });
    if (!(await this.staging.has(upload.id))) {
      const { code, message } = refusal(UserErrorCode.UPLOAD_EXPIRED, null);
      return this.#end(upload, 'received', { kind: 'refused', code, message });
    }
    const image = await this.#look(upload);
    if (image instanceof ImageRefusedError) {
      const code = UserErrorCode[image.code];
      return this.#end(upload, 'received', { kind: 'refused', code, message: image.message });
    }
    return this.#keep(upload, image);
  }

  async #look(upload: ReceivedUpload): Promise<ProcessedImage | ImageRefusedError> {
    try {
      return await this.images.process(this.staging.path(upload.id));
    } catch (error) {
      if (error instanceof ImageRefusedError) return error;
      throw error;
    }
  }

  async #keep(upload: ReceivedUpload, image: ProcessedImage): Promise<UploadOutcome> {
    const photoId = uuid();
    const keys = photoKeys(upload.userId, photoId, {
      original: image.format.extension,
      thumbnail: image.thumbnail.extension,
      preview: image.preview.extension,
    });
    const until = new Date(Date.now() + INTENT_MS);
    const intend = () =>
      this.database.write((tx) => this.uploads.intend(tx, upload.id, photoId, keys, until));
    if (!(await intend())) {
      await this.#clearUp(upload);
      if (!(await intend())) throw intentLost();
    }
    try {
      // All of them have ended before anything is decided: what is written later nobody would remove.
      const kept = await Promise.allSettled([
        this.store.put(keys.thumbnail, image.thumbnail.bytes, image.thumbnail.contentType),
        this.store.put(keys.preview, image.preview.bytes, image.preview.contentType),
        this.store.putFile(keys.original, this.staging.path(upload.id), image.format.contentType),
      ]);
      for (const part of kept) if (part.status === 'rejected') throw part.reason;
      const winner = await this.#commit(upload, image, photoId, keys);
      if (winner !== photoId) return await this.#lose(upload, keys, winner);
    } catch (error) {
      // What a sweep would do later is tried at once; a commit that went through after all is left alone.
      await this.remover.clearIntent(upload.id).catch(() => false);
      throw error;
    }
    await this.staging.remove(upload.id);
    await this.events.publish(upload.userId, { added: [photoId] });
    return { kind: 'photo', photoId };
  }

  /** The photo's row, the quota and the intent's end in one. Gives the id of the photo that has the bytes now. */
  async #commit(
    upload: ReceivedUpload,
    image: ProcessedImage,
    photoId: string,
    keys: PhotoKeys,
  ): Promise<string> {
    const { id, userId, filename, sizeBytes, checksum, reservedBytes } = upload;
    const { timeZone } = await this.viewers.settings(userId);
    return this.database.write(async (tx) => {
      const known = await this.photos.findDuplicate(tx, userId, checksum);
      if (known) return known;
      const uploadedAt = new Date();
      const outcome = { kind: 'photo', photoId } as const;
      const stands = await this.uploads.finish(
        tx,
        id,
        'keeping',
        outcome,
        new Date(uploadedAt.getTime() + DAY_MS),
      );
      if (!stands) throw intentLost();
      await this.photos.insert(tx, {
        ...resolveTakenAt(image.capture, timeZone, uploadedAt),
        id: photoId,
        userId,
        filename,
        contentType: image.format.contentType,
        sizeBytes,
        width: image.width,
        height: image.height,
        checksum,
        thumbhash: image.thumbhash,
        uploadedAt,
        capture: image.capture,
        keys,
        thumbnailBytes: image.thumbnail.bytes.length,
        previewBytes: image.preview.bytes.length,
      });
      await this.users.account(tx, userId, { used: sizeBytes, reserved: -reservedBytes });
      return photoId;
    });
  }

  /** Another upload of the same bytes was first: this one's objects go, and it is a duplicate. */
  async #lose(upload: ReceivedUpload, keys: PhotoKeys, winner: string): Promise<UploadOutcome> {
    await this.remover.remove(keys);
    return this.#end(upload, 'keeping', { kind: 'duplicate', photoId: winner });
  }

  async #end(upload: ReceivedUpload, from: UploadState, outcome: UploadOutcome): Promise<UploadOutcome> {
    await this.database.write(async (tx) => {
      const ended = await this.uploads.finish(tx, upload.id, from, outcome, new Date(Date.now() + DAY_MS));
      if (ended) await this.users.account(tx, upload.userId, { reserved: -upload.reservedBytes });
    });
    await this.staging.remove(upload.id);
    return outcome;
  }

  /** Does what an attempt that failed in the same way as the store could not do for itself, and a sweep has not done yet. */
  async #clearUp({ id, userId }: ReceivedUpload): Promise<void> {
    const left = await this.uploads.find(userId, id);
    // What is kept at this moment by another process is not to be touched.
    const isDead = left?.state === 'clearing' || (left?.state === 'keeping' && this.database.exclusive);
    if (!isDead || !(await this.remover.clearIntent(id))) throw intentLost();
  }
}
