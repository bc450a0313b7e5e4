import { Injectable, Logger } from '@nestjs/common';
import { Database, userScope } from '../../database/database.ts';
import { ImageProcessor, ImageRefusedError, type ProcessedImage } from '../../images/image.ts';
import { newPhoto } from '../objects/new-photo.ts';
import { PhotoEditRepository } from '../../metadata/photos/photo-edit.repository.ts';
import { type PhotoKeys, PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';
import { ObjectNotFoundError, ObjectStore } from '../../storage/object-store.ts';
import { type StagedFile, Staging } from '../../storage/staging/staging.ts';
import { ViewerService } from '../../viewer/viewer.service.ts';
import { LibraryEvents } from '../events/library-events.ts';
import { photoKeys, uuidTime } from '../objects/photo-keys.ts';
import type { Original } from './unknown-originals.ts';

/**
 * - remade: a photo was created from the original
 * - repaired: missing renditions or a missing original were replaced
 * - trashed: the original is missing, so the photo was moved to the trash
 * - duplicate: another photo has the same bytes
 * - unreadable: the original cannot be decoded
 * - complete: nothing was missing
 */
export type RecoveryOutcome = 'remade' | 'repaired' | 'trashed' | 'duplicate' | 'unreadable' | 'complete';

/**
 * Recovers one original without a row, or one row without all of its objects. Deletes no originals and no rows.
 * Every method is limited to one user.
 */
@Injectable()
export class PhotoRemaker {
  readonly #log = new Logger(PhotoRemaker.name);

  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly staging: Staging,
    private readonly images: ImageProcessor,
    private readonly rows: RecoveryRepository,
    private readonly photos: PhotoRepository,
    private readonly edits: PhotoEditRepository,
    private readonly users: UserRepository,
    private readonly viewers: ViewerService,
    private readonly events: LibraryEvents,
  ) {}

  /**
   * Creates a photo from an original that no row refers to.
   * @throws StorageUnavailableError, DatabaseUnavailableError, ImageProcessorUnavailableError
   */
  async remake(userId: string, { key, photoId }: Original): Promise<RecoveryOutcome> {
    const decoded = await this.#decode(key, photoId);
    if (!decoded) return 'unreadable';
    const { file, image } = decoded;
    const keys = keysOf(userId, photoId, key, image);
    const duplicate = (await this.photos.findByChecksums(userId, [file.checksum])).get(file.checksum);
    if (duplicate) return this.#repairDuplicate(userId, duplicate.id, keys, image);
    const bytes = await this.#storeMissingRenditions(keys, image);
    const { timeZone } = await this.viewers.settings(userId);
    const uploadedAt = new Date(uuidTime(photoId));
    await this.database.write([userScope(userId)], async (tx) => {
      const filename = key.slice(key.lastIndexOf('/') + 1);
      const stored = { ...file, photoId, userId, filename, keys, uploadedAt };
      await this.photos.insert(tx, newPhoto(stored, image, timeZone, bytes));
      await this.users.adjustUsage(tx, userId, { used: file.sizeBytes });
    });
    await this.events.publish(userId, { added: [photoId] });
    return 'remade';
  }

  /** If the photo with the same bytes has lost its own original, replaces its objects with these. */
  async #repairDuplicate(
    userId: string,
    id: string,
    keys: PhotoKeys,
    image: ProcessedImage,
  ): Promise<RecoveryOutcome> {
    const original = await this.photos.findMedia(userId, id, 'original');
    if (!original || (await this.store.find(original.key))) return 'duplicate';
    return this.#replaceObjects(userId, id, keys, image);
  }

  /**
   * Creates the missing renditions of a photo. Moves the photo to the trash if its original is missing.
   * @throws as `remake` does
   */
  async check(userId: string, id: string, keys: PhotoKeys): Promise<RecoveryOutcome> {
    const [original, thumbnail, preview] = await Promise.all(
      [keys.original, keys.thumbnail, keys.preview].map((key) => this.store.find(key)),
    );
    if (!original) {
      const moved = await this.database.write([userScope(userId)], (tx) =>
        this.edits.setTrashed(tx, userId, [id], new Date(), new Date()),
      );
      if (moved.length > 0) await this.events.publish(userId, { removed: moved });
      return 'trashed';
    }
    if (thumbnail && preview) return 'complete';
    const decoded = await this.#decode(keys.original, id);
    if (!decoded) return 'unreadable';
    const { image } = decoded;
    return this.#replaceObjects(userId, id, keysOf(userId, id, keys.original, image), image);
  }

  async #replaceObjects(
    userId: string,
    id: string,
    keys: PhotoKeys,
    image: ProcessedImage,
  ): Promise<RecoveryOutcome> {
    const bytes = await this.#storeMissingRenditions(keys, image);
    await this.database.write([userScope(userId)], (tx) =>
      this.rows.setPhotoKeys(tx, userId, id, keys, bytes),
    );
    return 'repaired';
  }

  /** Returns null if the original cannot be decoded or was deleted in the meantime. */
  async #decode(key: string, photoId: string): Promise<{ file: StagedFile; image: ProcessedImage } | null> {
    try {
      const file = await this.staging.write(photoId, await this.store.read(key), Number.MAX_SAFE_INTEGER);
      return { file, image: await this.images.process(this.staging.path(photoId)) };
    } catch (error) {
      if (!(error instanceof ImageRefusedError || error instanceof ObjectNotFoundError)) throw error;
      this.#log.warn({ err: error, key }, 'An original could not be decoded. It was not changed.');
      return null;
    } finally {
      await this.staging.remove(photoId);
    }
  }

  /** Stores the renditions that do not exist yet, and returns the size in bytes of both. */
  async #storeMissingRenditions(
    keys: PhotoKeys,
    image: ProcessedImage,
  ): Promise<{ thumbnail: number; preview: number }> {
    const storeIfMissing = async (rendition: 'thumbnail' | 'preview'): Promise<number> => {
      const key = keys[rendition];
      const existing = await this.store.find(key);
      if (existing) return existing.sizeBytes;
      const { bytes, contentType } = image[rendition];
      await this.store.put(key, bytes, contentType);
      return bytes.length;
    };
    return { thumbnail: await storeIfMissing('thumbnail'), preview: await storeIfMissing('preview') };
  }
}

/** The keys of a photo's objects. The original keeps its key, even if its format is now detected differently. */
function keysOf(userId: string, photoId: string, original: string, image: ProcessedImage): PhotoKeys {
  return { ...photoKeys(userId, photoId, image), original };
}
