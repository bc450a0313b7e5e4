import { Injectable } from '@nestjs/common';
import { Database, type SqlValue, type Transaction } from '../../database/database.ts';
import type { PhotoKeys } from '../photos/photo.repository.ts';

/**
 * open: room is reserved and the bytes are awaited. received: the bytes are staged. keeping: the intent, objects are
 * being written under its keys. clearing: they are being removed again, and it may not be committed. done, refused: the
 * answer stands, to be given again.
 */
export type UploadState = 'open' | 'received' | 'keeping' | 'clearing' | 'done' | 'refused';

export interface UploadRow {
  id: string;
  userId: string;
  state: UploadState;
  secretHash: string | null;
  filename: string;
  sizeBytes: number;
  checksum: string;
  reservedBytes: number;
  createdAt: Date;
  expiresAt: Date;
  photoId: string | null;
  keys: PhotoKeys | null;
  /** What completeUploads answers: a photo's id, or a refusal; of an open one, what was wrong with the last PUT. */
  outcome: UploadOutcome | null;
}

export type UploadOutcome =
  | { kind: 'photo' | 'duplicate'; photoId: string }
  | {
      kind: 'refused';
      /** The UserErrorCode that clients see. */
      code: string;
      message: string;
    };

interface Columns {
  id: string;
  user_id: string;
  state: UploadState;
  secret_hash: string | null;
  filename: string;
  size_bytes: number;
  checksum: string;
  reserved_bytes: number;
  created_date: Date;
  expires_date: Date;
  photo_id: string | null;
  storage_path: string | null;
  thumbnail_path: string | null;
  preview_path: string | null;
  outcome: string | null;
}

const COLUMNS =
  'id, user_id, state, secret_hash, filename, size_bytes, checksum, reserved_bytes, created_date, expires_date, ' +
  'photo_id, storage_path, thumbnail_path, preview_path, CAST(outcome AS VARCHAR) AS outcome';

function toUpload(row: Columns): UploadRow {
  const { storage_path: original, thumbnail_path: thumbnail, preview_path: preview } = row;
  const outcome: UploadOutcome | null = row.outcome === null ? null : JSON.parse(row.outcome);
  return {
    id: row.id,
    userId: row.user_id,
    state: row.state,
    secretHash: row.secret_hash,
    filename: row.filename,
    sizeBytes: row.size_bytes,
    checksum: row.checksum,
    reservedBytes: row.reserved_bytes,
    createdAt: row.created_date,
    expiresAt: row.expires_date,
    photoId: row.photo_id,
    keys: original && thumbnail && preview ? { original, thumbnail, preview } : null,
    outcome,
  };
}

/** Targets, reservations and intents. */
@Injectable()
export class UploadRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, upload: Omit<UploadRow, 'outcome'>): Promise<void> {
    await tx.run(
      `INSERT INTO uploads (id, user_id, state, secret_hash, filename, size_bytes, checksum, reserved_bytes, created_date,
       expires_date, photo_id, storage_path, thumbnail_path, preview_path)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        upload.id,
        upload.userId,
        upload.state,
        upload.secretHash,
        upload.filename,
        upload.sizeBytes,
        upload.checksum,
        upload.reservedBytes,
        upload.createdAt,
        upload.expiresAt,
        upload.photoId,
        upload.keys?.original ?? null,
        upload.keys?.thumbnail ?? null,
        upload.keys?.preview ?? null,
      ],
    );
  }

  async find(userId: string, id: string): Promise<UploadRow | null> {
    const [upload] = await this.#select('id = $1 AND user_id = $2', [id, userId]);
    return upload ?? null;
  }

  /** The bytes have arrived whole and stay until `until`; false where the row is gone or is not open any more. */
  async receive(tx: Transaction, id: string, until: Date): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE uploads SET state = 'received', outcome = NULL, expires_date = $2 WHERE id = $1 AND state = 'open'`,
      [id, until],
    );
    return changed > 0;
  }

  /** Notes of an open upload why its last bytes were not taken. */
  async note(tx: Transaction, id: string, outcome: UploadOutcome): Promise<void> {
    await tx.run(`UPDATE uploads SET outcome = $2 WHERE id = $1 AND state = 'open'`, [
      id,
      JSON.stringify(outcome),
    ]);
  }

  /** Writes the intent: the photo's id and keys, before any of the keys is written. False where the row is gone. */
  async intend(tx: Transaction, id: string, photoId: string, keys: PhotoKeys, until: Date): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE uploads SET state = 'keeping', photo_id = $2, storage_path = $3, thumbnail_path = $4, preview_path = $5,
       expires_date = $6 WHERE id = $1 AND state = 'received'`,
      [id, photoId, keys.original, keys.thumbnail, keys.preview, until],
    );
    return changed > 0;
  }

  /**
   * Ends an upload that is in the state `from`: its answer is kept until `keepUntil`, and what it had reserved is given
   * back by the caller. False, and nothing changed, where it is in another state.
   */
  async finish(
    tx: Transaction,
    id: string,
    from: UploadState,
    outcome: UploadOutcome,
    keepUntil: Date,
  ): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE uploads SET state = $2, outcome = $3, reserved_bytes = 0, expires_date = $4, photo_id = NULL,
       storage_path = NULL, thumbnail_path = NULL, preview_path = NULL WHERE id = $1 AND state = $5`,
      [id, outcome.kind === 'refused' ? 'refused' : 'done', JSON.stringify(outcome), keepUntil, from],
    );
    return changed > 0;
  }

  /**
   * Claims an intent for clearing: from here on its commit is refused, and every sweep after `now` tries what this one
   * does not finish. Gives the claimed row with its keys; null where it has ended, or where it was still good at `expiredBy`.
   */
  async clear(tx: Transaction, id: string, expiredBy: Date, now = new Date()): Promise<UploadRow | null> {
    const [row] = await tx.query<Columns>(
      `SELECT ${COLUMNS} FROM uploads WHERE id = $1 AND state IN ('keeping', 'clearing') AND expires_date <= $2`,
      [id, expiredBy],
    );
    if (!row) return null;
    await tx.run(
      `UPDATE uploads SET state = 'clearing', expires_date = CASE WHEN expires_date > $2 THEN CAST($2 AS TIMESTAMP) ELSE expires_date END
       WHERE id = $1`,
      [id, now],
    );
    return toUpload(row);
  }

  /** An intent is cleared: the bytes are staged still, and stay until `until`. */
  async cleared(tx: Transaction, id: string, until: Date): Promise<void> {
    await tx.run(
      `UPDATE uploads SET state = 'received', photo_id = NULL, storage_path = NULL, thumbnail_path = NULL,
       preview_path = NULL, expires_date = $2 WHERE id = $1 AND state = 'clearing'`,
      [id, until],
    );
  }

  /** How many targets of the person wait for their bytes. */
  async countOpen(tx: Transaction, userId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT CAST(COUNT(*) AS BIGINT) AS count FROM uploads WHERE user_id = $1 AND state = 'open'`,
      [userId],
    );
    return row?.count ?? 0;
  }

  /** Deletes a row and gives the reservation that it held; null where it is gone or has moved on. */
  async remove(
    tx: Transaction,
    id: string,
    states: readonly UploadState[],
  ): Promise<{ userId: string; reservedBytes: number } | null> {
    const [row] = await tx.query<{ user_id: string; reserved_bytes: number }>(
      `DELETE FROM uploads WHERE id = $1 AND state IN (${states.map((state) => `'${state}'`).join(', ')}) RETURNING user_id, reserved_bytes`,
      [id],
    );
    return row ? { userId: row.user_id, reservedBytes: row.reserved_bytes } : null;
  }

  /** Rows whose time is over, the oldest first: intents, or all the others. */
  async findExpired(now: Date, which: 'intents' | 'others', limit: number): Promise<UploadRow[]> {
    const states = `state ${which === 'intents' ? 'IN' : 'NOT IN'} ('keeping', 'clearing')`;
    return this.#select(`expires_date < $1 AND ${states} ORDER BY expires_date, id LIMIT $2`, [now, limit]);
  }

  /** Those of the ids whose staged bytes are still to become a photo. */
  async awaitingPhotos(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const list = ids.map((_, index) => `$${index + 1}`).join(', ');
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM uploads WHERE id IN (${list}) AND state IN ('received', 'keeping', 'clearing')`,
      ids,
    );
    return new Set(rows.map((row) => row.id));
  }

  /** The states of those of the ids that have a row. */
  async statesOf(ids: readonly string[]): Promise<Map<string, UploadState>> {
    if (ids.length === 0) return new Map();
    const list = ids.map((_, index) => `$${index + 1}`).join(', ');
    const rows = await this.database.query<{ id: string; state: UploadState }>(
      `SELECT id, state FROM uploads WHERE id IN (${list})`,
      ids,
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  async #select(where: string, params: readonly SqlValue[]): Promise<UploadRow[]> {
    const rows = await this.database.query<Columns>(`SELECT ${COLUMNS} FROM uploads WHERE ${where}`, params);
    return rows.map(toUpload);
  }
}
