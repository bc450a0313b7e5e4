import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';
import type { PhotoKeys } from '../photos/photo.repository.ts';
import { placeholders } from '../placeholders.ts';

/** The keys of a deleted photo. The row is removed after the objects. */
export interface Tombstone {
  photoId: string;
  keys: PhotoKeys;
}

/** Stores the keys of objects that must be removed because their photos were deleted. */
@Injectable()
export class TombstoneRepository {
  constructor(private readonly database: Database) {}

  /** Tombstones, oldest first. */
  async findSome(limit: number): Promise<Tombstone[]> {
    return this.#select('ORDER BY created_date, photo_id LIMIT $1', [limit]);
  }

  async findByIds(ids: readonly string[]): Promise<Tombstone[]> {
    if (ids.length === 0) return [];
    return this.#select(`WHERE photo_id IN (${placeholders(ids.length)})`, ids);
  }

  async remove(tx: Transaction, photoIds: readonly string[]): Promise<void> {
    if (photoIds.length === 0) return;
    await tx.run(`DELETE FROM tombstones WHERE photo_id IN (${placeholders(photoIds.length)})`, photoIds);
  }

  async #select(tail: string, params: readonly (string | number)[]): Promise<Tombstone[]> {
    const rows = await this.database.query<{
      photo_id: string;
      storage_path: string;
      thumbnail_path: string;
      preview_path: string;
    }>(`SELECT photo_id, storage_path, thumbnail_path, preview_path FROM tombstones ${tail}`, params);
    return rows.map((row) => ({
      photoId: row.photo_id,
      keys: { original: row.storage_path, thumbnail: row.thumbnail_path, preview: row.preview_path },
    }));
  }
}
