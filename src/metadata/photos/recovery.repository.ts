import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';
import { touchLibrary } from '../browse/library-memo.ts';
import { type PhotoKeys, placeholders } from './photo.repository.ts';

/** What is asked when the database may lack what was acknowledged: objects and rows are compared. */
@Injectable()
export class RecoveryRepository {
  constructor(private readonly database: Database) {}

  /** Those of the keys of originals that a photo, an upload or a tombstone names. */
  async findKnown(keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const list = placeholders(keys.length, 1);
    const rows = await this.database.query<{ key: string }>(
      ['photos', 'uploads', 'tombstones']
        .map((table) => `SELECT storage_path AS key FROM ${table} WHERE storage_path IN (${list})`)
        .join(' UNION '),
      keys,
    );
    return new Set(rows.map((row) => row.key));
  }

  /** Everybody who has a row. */
  async findPeople(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>('SELECT id FROM users ORDER BY id');
    return rows.map((row) => row.id);
  }

  /** The person's photos after the id `after`, by id. */
  async findObjects(
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

  /** Gives the person's photo other objects, of the same picture. */
  async setObjects(
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
   * Keeps sweeps from removing what was kept or restored after the state that the database is in: intents name no
   * objects any more, and the time of what is in the trash begins at `now`.
   */
  async spare(tx: Transaction, now: Date): Promise<void> {
    await tx.run(
      `UPDATE uploads SET state = 'received', photo_id = NULL, storage_path = NULL, thumbnail_path = NULL, preview_path = NULL
       WHERE state IN ('keeping', 'clearing')`,
    );
    await tx.run('UPDATE photos SET trashed_date = $1 WHERE trashed_date < $1', [now]);
  }
}
