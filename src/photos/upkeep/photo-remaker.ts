import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../database/database.ts';
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
import { madeAt, photoKeys } from '../objects/photo-keys.ts';
import type { Original } from './unknown-originals.ts';

/**
 * made: a photo was made again. repaired: its renditions or its original were. trashed: its original is gone. duplicate:
 * another photo has the same bytes. unreadable: the original is no image any more. whole: nothing was missing.
 */
export type Recovered = 'made' | 'repaired' | 'trashed' | 'duplicate' | 'unreadable' | 'whole';

/** Brings one original, or one row, back together with its other half. Deletes neither. Every method is bound to one person. */
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

  /** Makes a photo of an original that no row names. Throws what the store, the database and the workers throw. */
  async remake(userId: string, { key, photoId }: Original): Promise<Recovered> {
    const looked = await this.#look(key, photoId);
    if (!looked) return 'unreadable';
    const { file, image } = looked;
    const keys = keysOf(userId, photoId, key, image);
    const twin = (await this.photos.findByChecksums(userId, [file.checksum])).get(file.checksum);
    if (twin) return this.#lend(userId, twin.id, keys, image);
    const bytes = await this.#keepRenditions(keys, image);
    const { timeZone } = await this.viewers.settings(userId);
    const uploadedAt = new Date(madeAt(photoId));
    await this.database.write(async (tx) => {
      const filename = key.slice(key.lastIndexOf('/') + 1);
      const stored = { ...file, photoId, userId, filename, keys, uploadedAt };
      await this.photos.insert(tx, newPhoto(stored, image, timeZone, bytes));
      await this.users.adjustUsage(tx, userId, { used: file.sizeBytes });
    });
    await this.events.publish(userId, { added: [photoId] });
    return 'made';
  }

  /** A photo with the same bytes whose own original is gone takes this one. */
  async #lend(userId: string, id: string, keys: PhotoKeys, image: ProcessedImage): Promise<Recovered> {
    const own = await this.photos.findMedia(userId, id, 'original');
    if (!own || (await this.store.find(own.key))) return 'duplicate';
    return this.#give(userId, id, keys, image);
  }

  /** Makes the renditions that a photo lacks; one without its original goes into the trash. Throws as `remake` does. */
  async check(userId: string, id: string, keys: PhotoKeys): Promise<Recovered> {
    const [original, thumbnail, preview] = await Promise.all(
      [keys.original, keys.thumbnail, keys.preview].map((key) => this.store.find(key)),
    );
    if (!original) {
      const moved = await this.database.write((tx) =>
        this.edits.setTrashed(tx, userId, [id], new Date(), new Date()),
      );
      if (moved.length > 0) await this.events.publish(userId, { removed: moved });
      return 'trashed';
    }
    if (thumbnail && preview) return 'whole';
    const looked = await this.#look(keys.original, id);
    if (!looked) return 'unreadable';
    return this.#give(userId, id, keysOf(userId, id, keys.original, looked.image), looked.image);
  }

  async #give(userId: string, id: string, keys: PhotoKeys, image: ProcessedImage): Promise<Recovered> {
    const bytes = await this.#keepRenditions(keys, image);
    await this.database.write((tx) => this.rows.setPhotoKeys(tx, userId, id, keys, bytes));
    return 'repaired';
  }

  /** Null for an original that is no image. One that was deleted meanwhile is none either. */
  async #look(key: string, photoId: string): Promise<{ file: StagedFile; image: ProcessedImage } | null> {
    try {
      const file = await this.staging.write(photoId, await this.store.read(key), Number.MAX_SAFE_INTEGER);
      return { file, image: await this.images.process(this.staging.path(photoId)) };
    } catch (error) {
      if (!(error instanceof ImageRefusedError || error instanceof ObjectNotFoundError)) throw error;
      this.#log.warn({ err: error, key }, 'No photo could be made of an original; it stays where it is.');
      return null;
    } finally {
      await this.staging.remove(photoId);
    }
  }

  /** Renditions that are there stay. Gives the bytes of each. */
  async #keepRenditions(
    keys: PhotoKeys,
    image: ProcessedImage,
  ): Promise<{ thumbnail: number; preview: number }> {
    const keep = async (which: 'thumbnail' | 'preview'): Promise<number> => {
      const there = await this.store.find(keys[which]);
      if (there) return there.sizeBytes;
      await this.store.put(keys[which], image[which].bytes, image[which].contentType);
      return image[which].bytes.length;
    };
    return { thumbnail: await keep('thumbnail'), preview: await keep('preview') };
  }
}

/** The original stays under its key, whatever it is taken for today. */
function keysOf(userId: string, photoId: string, original: string, image: ProcessedImage): PhotoKeys {
  const { format, thumbnail, preview } = image;
  const extensions = {
    original: format.extension,
    thumbnail: thumbnail.extension,
    preview: preview.extension,
  };
  return { ...photoKeys(userId, photoId, extensions), original };
}
