import { LRUCache } from 'lru-cache';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';

/** Users whose summaries are kept. */
const MAX_USERS = 1_000;

interface Summaries {
  version: number;
  values: Map<string, Promise<unknown>>;
}

/** To be called in every transaction that changes a person's photos or tags. */
export async function touchLibrary(tx: Transaction, userId: string): Promise<void> {
  await tx.run('UPDATE users SET library_version = library_version + 1 WHERE id = $1', [userId]);
}

/**
 * Keeps what was counted from a whole library for as long as the library stays as it is. The version is read from the
 * database each time, so that a change by another process counts too.
 */
@Injectable()
export class LibraryMemo {
  readonly #users = new LRUCache<string, Summaries>({ max: MAX_USERS });

  constructor(private readonly database: Database) {}

  /** What `draw` gave for this library as it is now; `name` tells one summary from another. Callers share it: it is not to be changed. */
  async get<T>(userId: string, name: string, draw: () => Promise<T>): Promise<T>;
  async get(userId: string, name: string, draw: () => Promise<unknown>): Promise<unknown> {
    // Read before it is drawn: what is kept under a version has at least all that belongs to it.
    const [user] = await this.database.query<{ library_version: number }>(
      'SELECT library_version FROM users WHERE id = $1',
      [userId],
    );
    if (!user) return draw();
    const { values } = this.#of(userId, user.library_version);
    const kept = values.get(name);
    if (kept) return kept;
    const drawn = draw();
    values.set(name, drawn);
    drawn.catch(() => values.delete(name));
    return drawn;
  }

  #of(userId: string, version: number): Summaries {
    const known = this.#users.get(userId);
    if (known?.version === version) return known;
    const summaries: Summaries = { version, values: new Map() };
    this.#users.set(userId, summaries);
    return summaries;
  }
}
