import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';
import { LibraryMemo } from '../browse/library-memo.ts';

export interface User {
  id: string;
  email: string;
  name: string | null;
  avatarUrl: string | null;
  /** As JSON text; the viewer gives it meaning. */
  settings: string;
  /** Bytes; null: the configured default counts. */
  quotaBytes: number | null;
  usedBytes: number;
  reservedBytes: number;
}

/** What the proxy says of a person; a null leaves what is known. */
export interface SeenUser {
  id: string;
  email: string;
  name: string | null;
  avatarUrl: string | null;
}

/** People and the bytes they hold. */
@Injectable()
export class UserRepository {
  constructor(
    private readonly database: Database,
    private readonly memo: LibraryMemo,
  ) {}

  async find(id: string): Promise<User | null> {
    const [row] = await this.database.query<{
      id: string;
      email: string;
      name: string | null;
      avatar_url: string | null;
      settings: string;
      storage_quota: number | null;
      storage_used: number;
      storage_reserved: number;
    }>(
      `SELECT id, email, name, avatar_url, CAST(settings AS VARCHAR) AS settings, storage_quota, storage_used, storage_reserved
       FROM users WHERE id = $1`,
      [id],
    );
    if (!row) return null;
    return {
      id: row.id,
      email: row.email,
      name: row.name,
      avatarUrl: row.avatar_url,
      settings: row.settings,
      quotaBytes: row.storage_quota,
      usedBytes: row.storage_used,
      reservedBytes: row.storage_reserved,
    };
  }

  /** Makes the person's row at first sight, and keeps it fresh afterwards. */
  async see(tx: Transaction, user: SeenUser, now: Date): Promise<void> {
    const fresh = await tx.run(
      `UPDATE users SET email = $2, name = COALESCE($3, name), avatar_url = COALESCE($4, avatar_url), last_login = $5
       WHERE id = $1`,
      [user.id, user.email, user.name, user.avatarUrl, now],
    );
    if (fresh > 0) return;
    await tx.run(
      `INSERT INTO users (id, email, name, avatar_url, created_date, last_login, settings) VALUES ($1, $2, $3, $4, $5, $5, '{}')`,
      [user.id, user.email, user.name, user.avatarUrl, now],
    );
  }

  async findSettings(tx: Transaction, id: string): Promise<string> {
    const [row] = await tx.query<{ settings: string }>(
      'SELECT CAST(settings AS VARCHAR) AS settings FROM users WHERE id = $1',
      [id],
    );
    return row?.settings ?? '{}';
  }

  async setSettings(tx: Transaction, id: string, settings: string): Promise<void> {
    await tx.run('UPDATE users SET settings = $2 WHERE id = $1', [id, settings]);
  }

  /** Sets `bytes` aside where they fit beside what is used and reserved; false, and nothing changed, where they do not. */
  async reserve(tx: Transaction, id: string, bytes: number, defaultQuota: number): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE users SET storage_reserved = storage_reserved + $2
       WHERE id = $1 AND (COALESCE(storage_quota, $3) = 0 OR storage_used + storage_reserved + $2 <= COALESCE(storage_quota, $3))`,
      [id, bytes, defaultQuota],
    );
    return changed > 0;
  }

  /** Adds to what is used and to what is reserved; negative numbers give back. */
  async account(tx: Transaction, id: string, change: { used?: number; reserved?: number }): Promise<void> {
    await tx.run(
      'UPDATE users SET storage_used = storage_used + $2, storage_reserved = storage_reserved + $3 WHERE id = $1',
      [id, change.used ?? 0, change.reserved ?? 0],
    );
  }

  async countPhotos(id: string): Promise<{ library: number; trash: number }> {
    return this.memo.get(id, 'countPhotos', () => this.#countPhotos(id));
  }

  async #countPhotos(id: string): Promise<{ library: number; trash: number }> {
    const [row] = await this.database.query<{ all: number; trash: number }>(
      `SELECT CAST(COUNT(*) AS BIGINT) AS "all", CAST(COUNT(trashed_date) AS BIGINT) AS trash FROM photos WHERE user_id = $1`,
      [id],
    );
    const { all, trash } = row ?? { all: 0, trash: 0 };
    return { library: all - trash, trash };
  }
}
