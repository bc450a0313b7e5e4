import { LRUCache } from 'lru-cache';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';

/** Users whose summaries are cached. */
const MAX_USERS = 1_000;

interface Summaries {
  version: number;
  values: Map<string, Promise<unknown>>;
}

/**
 * Increments the version of a user's library. Every transaction that changes the user's photos or tags must call
 * it.
 */
export async function touchLibrary(tx: Transaction, userId: string): Promise<void> {
  await tx.run('UPDATE users SET library_version = library_version + 1 WHERE id = $1', [userId]);
}

/**
 * Caches values computed from a user's whole library until the library changes. Every call reads the library's
 * version from the database, so that changes by other processes are noticed.
 */
@Injectable()
export class LibraryMemo {
  readonly #users = new LRUCache<string, Summaries>({ max: MAX_USERS });

  constructor(private readonly database: Database) {}

  /**
   * Returns the value of `compute` for the current version of the library.
   * @param name distinguishes the values of one library
   * @returns a value shared by all callers, which must not modify it
   * @throws DatabaseUnavailableError, and the errors of `compute`, which are not cached
   */
  async get<T>(userId: string, name: string, compute: () => Promise<T>): Promise<T>;
  async get(userId: string, name: string, compute: () => Promise<unknown>): Promise<unknown> {
    // The version is read before the value is computed, so that a cached value is never older than its version.
    const [user] = await this.database.query<{ library_version: number }>(
      'SELECT library_version FROM users WHERE id = $1',
      [userId],
    );
    if (!user) return compute();
    const { values } = this.#summaries(userId, user.library_version);
    const cached = values.get(name);
    if (cached) return cached;
    const computed = compute();
    values.set(name, computed);
    computed.catch(() => values.delete(name));
    return computed;
  }

  #summaries(userId: string, version: number): Summaries {
    const cached = this.#users.get(userId);
    if (cached?.version === version) return cached;
    const summaries: Summaries = { version, values: new Map() };
    this.#users.set(userId, summaries);
    return summaries;
  }
}
