import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';
import { LibraryMemo } from '../browse/library-memo.ts';

export interface User {
  id: string;
  email: string;
  name: string | null;
  avatarUrl: string | null;
  /** JSON text, which src/viewer interprets. */
  settings: string;
  /** Null means the configured default; 0 means no quota. */
  quotaBytes: number | null;
  usedBytes: number;
  reservedBytes: number;
}

/** The profile in the identity proxy's assertion. Null does not change the stored value. */
export interface UserProfile {
  id: string;
  email: string;
  name: string | null;
  avatarUrl: string | null;
}

/** Stores users, their settings and their storage usage. */
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

  /** Inserts the user, or updates the profile and the time of the last login. */
  async upsert(tx: Transaction, user: UserProfile, now: Date): Promise<void> {
    await tx.run(
      `INSERT INTO users (id, email, name, avatar_url, created_date, last_login, settings)
       VALUES ($1, $2, $3, $4, $5, $5, '{}')
       ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email, name = COALESCE(EXCLUDED.name, users.name),
         avatar_url = COALESCE(EXCLUDED.avatar_url, users.avatar_url), last_login = EXCLUDED.last_login`,
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

  /**
   * Reserves storage if used, reserved and new bytes together are within the quota.
   * @param defaultQuota bytes, for users without their own quota; 0 means no quota
   * @returns false, without any change, if the bytes exceed the quota
   */
  async reserve(tx: Transaction, id: string, bytes: number, defaultQuota: number): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE users SET storage_reserved = storage_reserved + $2
       WHERE id = $1 AND (COALESCE(storage_quota, $3) = 0 OR storage_used + storage_reserved + $2 <= COALESCE(storage_quota, $3))`,
      [id, bytes, defaultQuota],
    );
    return changed > 0;
  }

  /** Adds to the used and reserved bytes. A negative number subtracts. */
  async adjustUsage(
    tx: Transaction,
    id: string,
    change: { used?: number; reserved?: number },
  ): Promise<void> {
    await tx.run(
      'UPDATE users SET storage_used = storage_used + $2, storage_reserved = storage_reserved + $3 WHERE id = $1',
      [id, change.used ?? 0, change.reserved ?? 0],
    );
  }

  /** The number of photos outside of the trash and in the trash. Cached until the library changes. */
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
