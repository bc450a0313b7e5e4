import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { PhotoEditRepository } from '../../metadata/photos/photo-edit.repository.ts';
import { PhotoRepository } from '../../metadata/photos/photo.repository.ts';

export interface Loaders {
  tags: DataLoader<string, string[]>;
  metadata: DataLoader<string, unknown>;
}

/**
 * Loads tags and metadata with one query for all photos of an operation. Values are not cached beyond a batch,
 * because a mutation may change them in between.
 */
@Injectable()
export class PhotoLoaders {
  readonly #loaders = new WeakMap<object, Loaders>();

  constructor(
    private readonly photos: PhotoRepository,
    private readonly edits: PhotoEditRepository,
  ) {}

  /** The loaders of an operation. Its context belongs to one user. */
  of(context: object, userId: string): Loaders {
    const known = this.#loaders.get(context);
    if (known) return known;
    const loaders: Loaders = {
      tags: new DataLoader(
        async (ids) => {
          const tags = await this.edits.findTags(userId, [...new Set(ids)]);
          return ids.map((id) => tags.get(id) ?? []);
        },
        { cache: false },
      ),
      metadata: new DataLoader(
        async (ids) => {
          const metadata = await this.photos.findMetadata(userId, [...new Set(ids)]);
          return ids.map((id) => JSON.parse(metadata.get(id) ?? '{}') as unknown);
        },
        { cache: false },
      ),
    };
    this.#loaders.set(context, loaders);
    return loaders;
  }
}
