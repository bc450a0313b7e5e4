import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';
import { touchLibrary } from '../browse/library-memo.ts';
import { placeholders } from '../placeholders.ts';
import type { PhotoKeys } from './photo.repository.ts';

/** Compares rows with objects when the database may lack acknowledged writes. */
@Injectable()
export class RecoveryRepository {
  constructor(private readonly database: Database) {}

  async hasUsers(): Promise<boolean> {
    return (await this.database.query('SELECT id FROM users LIMIT 1')).length > 0;
  }

  /** Returns those keys of originals that a photo, an upload or a tombstone refers to. */
  async findReferencedKeys(keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const list = placeholders(keys.length);
    const rows = await this.database.query<{ key: string }>(
      ['photos', 'uploads', 'tombstones']
        .map((table) => `SELECT storage_path AS key FROM ${table} WHERE storage_path IN (${list})`)
        .join(' UNION '),
      keys,
    );
    return new Set(rows.map((row) => row.key));
  }

  /** The IDs of all users. */
  async findUserIds(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>('SELECT id FROM users ORDER BY id');
    return rows.map((row) => row.id);
  }

  /** The keys of the user's photos whose ID is greater than `after`, ordered by ID. */
  async findPhotoKeys(
    userId: string,
    after: string,
    limit: number,
  ): Promise<{ id: string; keys: PhotoKeys }[]> {
    const rows = await this.database.query<{
      id: string;
      storage_path: string;
      thumbnail_path: string;
      preview_path: string;
    }>(
      `SELECT id, storage_path, thumbnail_path, preview_path FROM photos
       WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
      [userId, after, limit],
    );
    return rows.map(({ id, storage_path: original, thumbnail_path: thumbnail, preview_path: preview }) => ({
      id,
      keys: { original, thumbnail, preview },
    }));
  }

  /**
   * Replaces the objects of the user's photo with others of the same image.
   * @param bytes sizes of the new renditions
   */
  async setPhotoKeys(
    tx: Transaction,
    userId: string,
    id: string,
    keys: PhotoKeys,
    bytes: { thumbnail: number; preview: number },
  ): Promise<void> {
    await tx.run(
      `UPDATE photos SET storage_path = $3, thumbnail_path = $4, thumbnail_bytes = $5, preview_path = $6, preview_bytes = $7
       WHERE id = $1 AND user_id = $2`,
      [id, userId, keys.original, keys.thumbnail, bytes.thumbnail, keys.preview, bytes.preview],
    );
    await touchLibrary(tx, userId);
  }

  /**
   * Prevents sweeps from removing objects and photos that were stored or restored after the state that the database
   * is in. Intents lose their keys, and the retention of photos in the trash starts again at `now`.
   */
  async protectFromSweeps(tx: Transaction, now: Date): Promise<void> {
    await tx.run(
      `UPDATE uploads SET state = 'received', photo_id = NULL, storage_path = NULL, thumbnail_path = NULL, preview_path = NULL
       WHERE state IN ('keeping', 'clearing')`,
    );
    await tx.run('UPDATE photos SET trashed_date = $1 WHERE trashed_date < $1', [now]);
  }
}
