import { Injectable } from '@nestjs/common';
import { Database, type SqlValue, type Transaction } from '../../database/database.ts';
import type { PhotoKeys } from '../photos/photo.repository.ts';
import { placeholders } from '../placeholders.ts';

/**
 * - open: storage is reserved; the bytes have not arrived
 * - received: the bytes are staged
 * - keeping: the intent is committed; objects are being written under its keys
 * - clearing: these objects are being removed again; the photo can no longer be committed
 * - done, refused: the outcome is stored, so that completeUploads can be repeated
 */
export type UploadState = 'open' | 'received' | 'keeping' | 'clearing' | 'done' | 'refused';

export interface UploadRow {
  id: string;
  userId: string;
  state: UploadState;
  /** Hash of the secret in the target's URL. Null for a multipart upload, which has no target. */
  secretHash: string | null;
  filename: string;
  sizeBytes: number;
  checksum: string;
  /** Bytes set aside from the user's quota. */
  reservedBytes: number;
  createdAt: Date;
  expiresAt: Date;
  /** Set while there is an intent. */
  photoId: string | null;
  /** Set while there is an intent. */
  keys: PhotoKeys | null;
  /** The outcome that completeUploads returns. For an open upload: the reason why the last PUT was refused. */
  outcome: UploadOutcome | null;
}

export interface RefusedOutcome {
  kind: 'refused';
  /** The UserErrorCode that clients see. */
  code: string;
  message: string;
}

export type UploadOutcome = { kind: 'photo' | 'duplicate'; photoId: string } | RefusedOutcome;

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

/** Stores targets, reservations and intents: one row for each upload. */
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

  /** The user's upload, or null if there is none with this ID. */
  async find(userId: string, id: string): Promise<UploadRow | null> {
    const [upload] = await this.#select('id = $1 AND user_id = $2', [id, userId]);
    return upload ?? null;
  }

  /**
   * Marks an open upload as received.
   * @param until time when the staged bytes expire
   * @returns false if the row does not exist or is no longer open
   */
  async markReceived(tx: Transaction, id: string, until: Date): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE uploads SET state = 'received', outcome = NULL, expires_date = $2 WHERE id = $1 AND state = 'open'`,
      [id, until],
    );
    return changed > 0;
  }

  /** Stores in an open upload the reason why its last PUT was refused. */
  async setPutError(tx: Transaction, id: string, outcome: UploadOutcome): Promise<void> {
    await tx.run(`UPDATE uploads SET outcome = $2 WHERE id = $1 AND state = 'open'`, [
      id,
      JSON.stringify(outcome),
    ]);
  }

  /**
   * Writes the intent: the photo's ID and keys. It must be committed before any object is written.
   * @param until time when the intent expires
   * @returns false if the row does not exist or is not in the state `received`
   */
  async writeIntent(
    tx: Transaction,
    id: string,
    photoId: string,
    keys: PhotoKeys,
    until: Date,
  ): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE uploads SET state = 'keeping', photo_id = $2, storage_path = $3, thumbnail_path = $4, preview_path = $5,
       expires_date = $6 WHERE id = $1 AND state = 'received'`,
      [id, photoId, keys.original, keys.thumbnail, keys.preview, until],
    );
    return changed > 0;
  }

  /**
   * Ends an upload that is in the state `from` and stores its outcome. The caller must release the upload's
   * reservation.
   * @param keepUntil time when the outcome expires
   * @returns false, without any change, if the upload is in another state
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
   * Claims an intent for clearing. Its commit is refused from then on, and if this attempt does not finish, the
   * sweeps after `now` repeat it.
   * @returns the claimed row with its keys; null if the intent has ended or expires after `expiredBy`
   */
  async claimForClearing(
    tx: Transaction,
    id: string,
    expiredBy: Date,
    now = new Date(),
  ): Promise<UploadRow | null> {
    // One conditional statement: a commit that comes between a check and an update would be overwritten.
    const [row] = await tx.query<Columns>(
      `UPDATE uploads SET state = 'clearing', expires_date = CASE WHEN expires_date > $3 THEN CAST($3 AS TIMESTAMP) ELSE expires_date END
       WHERE id = $1 AND state IN ('keeping', 'clearing') AND expires_date <= $2 RETURNING ${COLUMNS}`,
      [id, expiredBy, now],
    );
    return row ? toUpload(row) : null;
  }

  /**
   * Returns an upload whose intent was cleared to the state `received`, because its bytes are still staged.
   * @param until time when the staged bytes expire
   */
  async markCleared(tx: Transaction, id: string, until: Date): Promise<void> {
    await tx.run(
      `UPDATE uploads SET state = 'received', photo_id = NULL, storage_path = NULL, thumbnail_path = NULL,
       preview_path = NULL, expires_date = $2 WHERE id = $1 AND state = 'clearing'`,
      [id, until],
    );
  }

  /** The number of the user's targets whose bytes have not arrived. */
  async countOpen(tx: Transaction, userId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT CAST(COUNT(*) AS BIGINT) AS count FROM uploads WHERE user_id = $1 AND state = 'open'`,
      [userId],
    );
    return row?.count ?? 0;
  }

  /**
   * Deletes a row. The caller must release the reservation.
   * @returns the reservation; null if the row does not exist or is in none of the states
   */
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

  /** Expired uploads, oldest first: those with an intent, or all others. */
  async findExpired(now: Date, kind: 'intents' | 'others', limit: number): Promise<UploadRow[]> {
    const states = `state ${kind === 'intents' ? 'IN' : 'NOT IN'} ('keeping', 'clearing')`;
    return this.#select(`expires_date < $1 AND ${states} ORDER BY expires_date, id LIMIT $2`, [now, limit]);
  }

  /** Returns those IDs whose staged bytes can still become a photo. */
  async findNeedingBytes(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM uploads WHERE id IN (${placeholders(ids.length)}) AND state IN ('received', 'keeping', 'clearing')`,
      ids,
    );
    return new Set(rows.map((row) => row.id));
  }

  /** The states of the uploads that exist. */
  async findStates(ids: readonly string[]): Promise<Map<string, UploadState>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; state: UploadState }>(
      `SELECT id, state FROM uploads WHERE id IN (${placeholders(ids.length)})`,
      ids,
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  async #select(where: string, params: readonly SqlValue[]): Promise<UploadRow[]> {
    const rows = await this.database.query<Columns>(`SELECT ${COLUMNS} FROM uploads WHERE ${where}`, params);
    return rows.map(toUpload);
  }
}
