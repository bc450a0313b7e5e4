import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { PoolClient } from 'pg';
import {
  Database,
  DatabaseUnavailableError,
  type Row,
  type Scope,
  type SqlValue,
  type Transaction,
} from '../database.ts';
import { ConnectionPool } from './connection-pool.ts';
import { isConnectionLost, translate } from './errors.ts';
import { migrateDatabase } from './migrate-database.ts';
import { beginRead } from './sql.ts';
import { toParameters } from './values.ts';
import { Writer } from './writer.ts';

const CLOSED = 'The database is closed.';
const CLOSE_WITHIN_MS = 5_000;

export interface PostgresOptions {
  url: string;
  /** The connection for migrations: not through a pooler if the migrations need a session. Default: `url`. */
  migrationUrl?: string | null;
  /** Connections at most; default 5. */
  poolSize?: number;
  /** Default: the program's own. */
  migrationsFolder?: string;
  /** The time for a read, in milliseconds; default 30,000. */
  readLimitMs?: number;
  /** The time for a unit of work, in milliseconds; default 10,000. */
  workLimitMs?: number;
  /** The time for a ping, in milliseconds; default 3,000. */
  pingLimitMs?: number;
}

/**
 * The engine for several instances. Reads and units of work run at READ COMMITTED; units of work of one scope are
 * serialized by advisory locks. Uses no state of a session, so that it works through a transaction pooler.
 */
export class PostgresDatabase extends Database implements OnApplicationShutdown {
  /** The server does not report whether it lost writes, for example because an older backup was restored. */
  override readonly capabilities = { severalProcesses: true, provesAcknowledgedWrites: false };
  readonly #pool: ConnectionPool;
  readonly #writer: Writer;
  readonly #readLimitMs: number;
  readonly #pingLimitMs: number;
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | null = null;

  private constructor(options: PostgresOptions) {
    super();
    const { url, poolSize = 5, workLimitMs = 10_000, readLimitMs = 30_000 } = options;
    this.#readLimitMs = readLimitMs;
    this.#pingLimitMs = options.pingLimitMs ?? 3_000;
    this.#pool = new ConnectionPool({ url, size: poolSize, statementMs: Math.max(readLimitMs, workLimitMs) });
    this.#writer = new Writer(this.#pool, Math.max(1, poolSize - 1), workLimitMs);
  }

  /**
   * Migrates the database and opens a pool.
   * @throws DatabaseStartError with a message for the administrator.
   */
  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    const folder = options.migrationsFolder ?? join(import.meta.dirname, 'migrations');
    await migrateDatabase(options.migrationUrl ?? options.url, folder);
    const database = new PostgresDatabase(options);
    await database.ping();
    return database;
  }

  // An overload, not a cast: only the caller knows the columns of its SQL.
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  async query(sql: string, params: readonly SqlValue[] = []): Promise<object[]> {
    return this.#track(() => this.#read(sql, toParameters(params)));
  }

  async write<T>(scopes: readonly Scope[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#track(() => this.#writer.write(scopes, work));
  }

  async ping(): Promise<void> {
    const late = delay(this.#pingLimitMs, null, { ref: false }).then(() => {
      throw new DatabaseUnavailableError(`The database did not respond within ${this.#pingLimitMs} ms.`);
    });
    await Promise.race([this.query('SELECT count(*) AS n FROM schema_migrations'), late]);
  }

  /** Waits for running statements and closes all connections. Later calls throw DatabaseUnavailableError. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Nest calls this after the server has closed, when no request is running any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await Promise.race([
      Promise.allSettled(this.#running),
      delay(CLOSE_WITHIN_MS, undefined, { ref: false }),
    ]);
    await this.#pool.close(CLOSE_WITHIN_MS);
  }

  async #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new DatabaseUnavailableError(CLOSED);
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** A connection that was closed while it was idle is replaced once: a read can be repeated. */
  async #read(sql: string, params: (string | null)[]): Promise<Row[]> {
    const attempt = () =>
      this.#pool.use((client, broken) => read(client, broken, sql, params, this.#readLimitMs));
    try {
      return await attempt();
    } catch (error) {
      if (!isConnectionLost(error)) throw translate(error);
    }
    try {
      return await attempt();
    } catch (error) {
      throw translate(error);
    }
  }
}

/** A read-only transaction whose three statements are sent at once. */
async function read(
  client: PoolClient,
  broken: () => void,
  sql: string,
  params: (string | null)[],
  limitMs: number,
): Promise<Row[]> {
  const [begun, result, ended] = await Promise.allSettled([
    client.query(beginRead(limitMs)),
    client.query<Row>(sql, params),
    client.query('COMMIT'),
  ]);
  if (ended.status === 'rejected') broken();
  if (begun.status === 'rejected') throw begun.reason;
  if (result.status === 'rejected') throw result.reason;
  return result.value.rows;
}
