import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Pool, type PoolClient } from 'pg';
import { DatabaseUnavailableError } from '../database.ts';
import { connectionOptions, databaseName } from './connection-options.ts';
import { translate } from './errors.ts';

/** Unused connections are closed after this time, so that an idle instance holds few. */
const IDLE_MS = 60_000;
/** A connection is replaced after this time, so that a changed address is noticed. */
const LIFETIME_SECONDS = 30 * 60;
/** How much longer than the server's own timeout the client waits for a statement. */
const GRACE_MS = 2_000;

export interface PoolOptions {
  url: string;
  /** Connections at most. */
  size: number;
  /** The longest statement, in milliseconds. */
  statementMs: number;
}

/** A bounded number of connections. A connection that fails is replaced by the next call. */
export class ConnectionPool {
  readonly #pool: Pool;
  readonly #logger = new Logger('PostgresDatabase');

  constructor({ url, size, statementMs }: PoolOptions) {
    this.#pool = new Pool({
      ...connectionOptions(url),
      // Statements are sent without waiting for the response to the one before.
      pipeline: true,
      max: size,
      idleTimeoutMillis: IDLE_MS,
      maxLifetimeSeconds: LIFETIME_SECONDS,
      query_timeout: statementMs + GRACE_MS,
      allowExitOnIdle: true,
    });
    const name = databaseName(url);
    const report = (error: Error) => this.#logger.warn({ err: error }, `A connection to ${name} failed.`);
    // Without a listener an error of an idle, or of a used, connection ends the process.
    this.#pool.on('error', report);
    this.#pool.on('connect', (client) => client.on('error', report));
  }

  /**
   * Runs `work` with a connection of its own. A connection on which `work` reports `broken` is closed.
   * @throws DatabaseUnavailableError if no connection becomes available in time; otherwise what `work` throws.
   */
  async use<T>(work: (client: PoolClient, broken: () => void) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw unavailable(error);
    }
    let isBroken = false;
    try {
      return await work(client, () => {
        isBroken = true;
      });
    } finally {
      client.release(isBroken);
    }
  }

  /** Closes every connection; waits for the work in progress, at most for `withinMs`. */
  async close(withinMs: number): Promise<void> {
    await Promise.race([this.#pool.end(), delay(withinMs, undefined, { ref: false })]);
  }
}

function unavailable(error: unknown): unknown {
  const translated = translate(error);
  if (translated instanceof DatabaseUnavailableError) return translated;
  return new DatabaseUnavailableError('The database cannot be reached.', { cause: error });
}
