import { Injectable } from '@nestjs/common';
import { validate, version } from 'uuid';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { ORIGINALS } from '../objects/photo-keys.ts';

/** An original under its key, `photos/{owner}/{photo}.{ext}`. */
export interface Original {
  key: string;
  photoId: string;
}

/** Originals that the object store holds and the database has never heard of. Each had a row before it was written. */
@Injectable()
export class UnknownOriginals {
  constructor(
    private readonly store: ObjectStore,
    private readonly rows: RecoveryRepository,
  ) {}

  /** Those of one person's folder, or of all; page by page, and pages without any are left out. */
  async *find(folder: string = ORIGINALS): AsyncGenerator<Original[]> {
    for await (const keys of this.store.pages(folder)) {
      // The objects first: what came to be in the meantime has its row.
      const known = await this.rows.findReferencedKeys(keys);
      const unknown = keys.filter((key) => !known.has(key)).flatMap(toOriginal);
      if (unknown.length > 0) yield unknown;
    }
  }
}

/** Nothing for a key that no photo was given. */
function toOriginal(key: string): Original[] {
  const [, photoId = ''] = /^photos\/[0-9a-f]{64}\/([0-9a-f-]{36})\.[a-z0-9]+$/.exec(key) ?? [];
  return validate(photoId) && version(photoId) === 7 ? [{ key, photoId }] : [];
}
