import { INTENT_MS, KEPT_MS } from './lifetimes.ts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { CONFIG, type Config } from '../../config/config.ts';
import { Database, type Transaction, UniqueViolationError } from '../../database/database.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { ImageProcessor, ImageRefusedError, type ProcessedImage } from '../../images/image.ts';
import { resolveTakenAt } from '../../images/tags/taken-at.ts';
import { type PhotoKeys, PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import { type UploadOutcome, UploadRepository } from '../../metadata/uploads/upload.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';
import { ObjectStore, StorageUnavailableError } from '../../storage/object-store.ts';
import { Staging } from '../../storage/staging/staging.ts';
import { UploadTargets } from '../../storage/upload-targets.ts';
import { ViewerService } from '../../viewer/viewer.service.ts';
import { LibraryEvents } from '../events/library-events.ts';
import { photoKeys } from '../objects/photo-keys.ts';
import { ObjectRemover } from '../objects/object-remover.ts';
import { refusal } from './refusals.ts';
import { UploadLedger } from './upload-ledger.ts';

/** A file whose bytes are staged. */
export interface StagedUpload {
  id: string;
  userId: string;
  filename: string;
  sizeBytes: number;
  checksum: string;
  /** What its row, which is `received`, has set aside; null where it has no row yet: its intent is its first. */
  reservedBytes: number | null;
}

/** A sweep or an earlier attempt has the upload; it can be completed again. */
function intentLost(): StorageUnavailableError {
  return new StorageUnavailableError('What an attempt at this upload has left is being cleared up.');
}

/** The pipeline behind both doors: look, intend, keep, commit. What it gives is durable, and stands to be given again. */
@Injectable()
export class IngestService {
  readonly #log = new Logger(IngestService.name);
  /** The last upload of each person's bytes that is on its way: the next of the same bytes waits for it, and is a duplicate. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly images: ImageProcessor,
    private readonly store: ObjectStore,
    private readonly staging: Staging,
    private readonly targets: UploadTargets,
    private readonly photos: PhotoRepository,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
    private readonly viewers: ViewerService,
    private readonly ledger: UploadLedger,
    private readonly remover: ObjectRemover,
    private readonly events: LibraryEvents,
  ) {}

  /**
   * Makes a photo of a staged upload, or says why not.
   * @throws StorageUnavailableError, DatabaseUnavailableError, ImageProcessorUnavailableError; the bytes are then still
   * staged, and an upload that was received is so again, or a sweep makes it so.
   */
  async ingest(upload: StagedUpload): Promise<UploadOutcome> {
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

  async #ingest(upload: StagedUpload): Promise<UploadOutcome> {
    const [known, { roomBytes, timeZone }] = await Promise.all([
      this.photos.findByChecksums(upload.userId, [upload.checksum]),
      this.viewers.uploader(upload.userId),
    ]);
    const duplicate = known.get(upload.checksum);
    if (duplicate) return this.#end(upload, { kind: 'duplicate', photoId: duplicate.id });
    if (!(await this.staging.has(upload.id))) return this.#refuse(upload, UserErrorCode.UPLOAD_EXPIRED);
    // Before the work of a look; what counts is the reservation.
    if (upload.reservedBytes === null && upload.sizeBytes > roomBytes)
      return this.#refuse(upload, UserErrorCode.QUOTA_EXCEEDED);
    const image = await this.#look(upload);
    if (image instanceof ImageRefusedError) {
      const code = UserErrorCode[image.code];
      return this.#end(upload, { kind: 'refused', code, message: image.message });
    }
    return this.#keep(upload, image, timeZone);
  }

  async #look(upload: StagedUpload): Promise<ProcessedImage | ImageRefusedError> {
    try {
      return await this.images.process(this.staging.path(upload.id));
    } catch (error) {
      if (error instanceof ImageRefusedError) return error;
      throw error;
    }
  }

  async #keep(upload: StagedUpload, image: ProcessedImage, timeZone: string): Promise<UploadOutcome> {
    const photoId = uuid();
    const keys = photoKeys(upload.userId, photoId, {
      original: image.format.extension,
      thumbnail: image.thumbnail.extension,
      preview: image.preview.extension,
    });
    if (!(await this.#intend(upload, photoId, keys)))
      return this.#refuse(upload, UserErrorCode.QUOTA_EXCEEDED);
    try {
      // All of them have ended before anything is decided: what is written later nobody would remove.
      const kept = await Promise.allSettled([
        this.store.put(keys.thumbnail, image.thumbnail.bytes, image.thumbnail.contentType),
        this.store.put(keys.preview, image.preview.bytes, image.preview.contentType),
        this.store.putFile(keys.original, this.staging.path(upload.id), image.format.contentType),
      ]);
      for (const part of kept) if (part.status === 'rejected') throw part.reason;
      await this.#commit(upload, image, timeZone, photoId, keys);
    } catch (error) {
      // What a sweep would do later is tried at once; a commit that went through after all is left alone.
      await this.#clearAtOnce(upload.id);
      if (error instanceof UniqueViolationError) return this.#lose(upload, error);
      throw error;
    }
    await this.#discard(upload);
    await this.events.publish(upload.userId, { added: [photoId] });
    return { kind: 'photo', photoId };
  }

  /** Removes what a failed attempt stored. If that fails too, a sweep repeats it. */
  async #clearAtOnce(uploadId: string): Promise<void> {
    try {
      await this.remover.clearIntent(uploadId);
    } catch (error) {
      this.#log.warn({ err: error, uploadId }, 'Objects of a failed upload remain until the next sweep.');
    }
  }

  /** Writes the intent. False, and nothing is written, where there is no room for an upload that had none reserved. */
  async #intend(upload: StagedUpload, photoId: string, keys: PhotoKeys): Promise<boolean> {
    const until = new Date(Date.now() + INTENT_MS);
    if (upload.reservedBytes === null) return this.#reserve(upload, photoId, keys, until);
    const intend = () =>
      this.database.write((tx) => this.uploads.intend(tx, upload.id, photoId, keys, until));
    if (!(await intend())) {
      await this.#clearUp(upload);
      if (!(await intend())) throw intentLost();
    }
    return true;
  }

  async #reserve(upload: StagedUpload, photoId: string, keys: PhotoKeys, expiresAt: Date): Promise<boolean> {
    const { userId, sizeBytes } = upload;
    const createdAt = new Date();
    return this.database.write(async (tx) => {
      const isReserved = await this.users.reserve(tx, userId, sizeBytes, this.config.storageQuotaBytes);
      if (isReserved) {
        const held = { state: 'keeping', reservedBytes: sizeBytes, secretHash: null } as const;
        await this.uploads.insert(tx, { ...upload, ...held, createdAt, expiresAt, photoId, keys });
      }
      return isReserved;
    });
  }

  /** The photo's row, the quota and the intent's end in one. Throws UniqueViolationError where a photo has these bytes. */
  async #commit(
    upload: StagedUpload,
    image: ProcessedImage,
    timeZone: string,
    photoId: string,
    keys: PhotoKeys,
  ): Promise<void> {
    const { userId, filename, sizeBytes, checksum } = upload;
    return this.database.write(async (tx) => {
      const uploadedAt = new Date();
      if (!(await this.#endIntent(tx, upload, photoId, uploadedAt))) throw intentLost();
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
      const reserved = -(upload.reservedBytes ?? sizeBytes);
      await this.users.account(tx, userId, { used: sizeBytes, reserved });
    });
  }

  /** An upload that can be asked for again keeps its answer; of another nothing is left. */
  async #endIntent(tx: Transaction, upload: StagedUpload, photoId: string, now: Date): Promise<boolean> {
    if (upload.reservedBytes === null)
      return (await this.uploads.remove(tx, upload.id, ['keeping'])) !== null;
    const until = new Date(now.getTime() + KEPT_MS);
    return this.uploads.finish(tx, upload.id, 'keeping', { kind: 'photo', photoId }, until);
  }

  /** Another process had the same bytes and was first: this upload is a duplicate. */
  async #lose(upload: StagedUpload, violation: UniqueViolationError): Promise<UploadOutcome> {
    const winner = (await this.photos.findByChecksums(upload.userId, [upload.checksum])).get(upload.checksum);
    if (!winner) throw violation;
    return this.#end(upload, { kind: 'duplicate', photoId: winner.id });
  }

  async #refuse(upload: StagedUpload, code: Parameters<typeof refusal>[0]): Promise<UploadOutcome> {
    return this.#end(upload, { kind: 'refused', code, message: refusal(code, null).message });
  }

  async #end(upload: StagedUpload, outcome: UploadOutcome): Promise<UploadOutcome> {
    const { id, userId, reservedBytes } = upload;
    if (reservedBytes !== null) await this.ledger.finish({ id, userId, reservedBytes }, 'received', outcome);
    await this.#discard(upload);
    return outcome;
  }

  /** The bytes are kept, or not wanted. */
  #discard({ id, reservedBytes }: StagedUpload): Promise<void> {
    return reservedBytes === null ? this.staging.remove(id) : this.targets.remove(id);
  }

  /** Does what an attempt that failed in the same way as the store could not do for itself, and a sweep has not done yet. */
  async #clearUp({ id, userId }: StagedUpload): Promise<void> {
    const left = await this.uploads.find(userId, id);
    // What is kept at this moment by another process is not to be touched.
    const isDead = left?.state === 'clearing' || (left?.state === 'keeping' && this.database.exclusive);
    if (!isDead || !(await this.remover.clearIntent(id))) throw intentLost();
  }
}
