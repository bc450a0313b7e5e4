import { Injectable } from '@nestjs/common';
import { validate, version } from 'uuid';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { ORIGINALS } from '../objects/photo-keys.ts';

/** An original with its key, `photos/{owner}/{photo}.{ext}`. */
export interface Original {
  key: string;
  photoId: string;
}

/**
 * Finds originals in the object store that the database does not know. Every original had a row before it was
 * written, so their rows were lost.
 */
@Injectable()
export class UnknownOriginals {
  constructor(
    private readonly store: ObjectStore,
    private readonly rows: RecoveryRepository,
  ) {}

  /** Unknown originals in one user's folder, or in all folders, page by page. Pages without any are skipped. */
  async *find(folder: string = ORIGINALS): AsyncGenerator<Original[]> {
    for await (const keys of this.store.pages(folder)) {
      // The rows are read after the objects, so that an original written in the meantime has its row.
      const known = await this.rows.findReferencedKeys(keys);
      const unknown = keys.filter((key) => !known.has(key)).flatMap(toOriginal);
      if (unknown.length > 0) yield unknown;
    }
  }
}

/** Returns an empty list for a key that does not have the format of an original's key. */
function toOriginal(key: string): Original[] {
  const [, photoId = ''] = /^photos\/[0-9a-f]{64}\/([0-9a-f-]{36})\.[a-z0-9]+$/.exec(key) ?? [];
  return validate(photoId) && version(photoId) === 7 ? [{ key, photoId }] : [];
}
