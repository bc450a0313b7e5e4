import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Database, DatabaseUnavailableError } from '../database.ts';
import type { DatabaseCapabilities, Row, Scope, SqlValue, Transaction } from '../database.ts';
import { migrate } from '../migrations.ts';
import type { ArrangerOptions } from './arranger.ts';
import type { Connection } from './connection.ts';
import { DuckDbMigrator } from './migrator.ts';
import { Session } from './session.ts';
import type { SessionOptions } from './session.ts';

const CLOSED = 'The database is closed.';
const ARRANGE: ArrangerOptions = {
  tables: [],
  quietMs: 60_000,
  fewestRows: 20_000,
  mostRows: 1_500_000,
  retryMs: 3_600_000,
};
const REOPEN_AFTER_MS = { first: 100, most: 10_000 };

export interface DuckDbOptions {
  /**
   * The folder with the database file `imgstream.duckdb` and DuckDB's temporary files, `temp/duckdb`. Created if it
   * does not exist.
   */
  dataDir: string;
  /** Default: the program's migrations. */
  migrationsFolder?: string;
  /** Number of read connections; default 4. */
  readers?: number;
  /** Time limit of a read in ms; default 30,000. */
  readLimitMs?: number;
  /** Time limit of a write in ms; default 10,000. */
  writeLimitMs?: number;
  /** Time limit of a ping in ms; default 3,000. */
  pingLimitMs?: number;
  /**
   * If true, opens the file even if it lacks acknowledged writes, and creates it if it is missing; default false.
   */
  recover?: boolean;
  /** Which tables the arranger reorders (default: none), and when. Missing fields have defaults. */
  arrange?: Partial<ArrangerOptions>;
}

/**
 * The embedded engine. One process opens the file, one connection writes, several read. After a fatal error it
 * closes the file and tries to reopen it until it succeeds; in the meantime callers get DatabaseUnavailableError.
 */
export class DuckDbDatabase extends Database implements OnApplicationShutdown {
  readonly #options: Omit<SessionOptions, 'recover'>;
  readonly #pingLimitMs: number;
  readonly #logger = new Logger('DuckDbDatabase');
  readonly #closing = new AbortController();
  #attested = false;
  #session: Session | null = null;
  #reopening: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  private constructor(options: Omit<SessionOptions, 'recover'>, pingLimitMs: number) {
    super();
    this.#options = options;
    this.#pingLimitMs = pingLimitMs;
  }

  /**
   * Opens the database, checks it and applies the pending migrations.
   * @throws DatabaseStartError with a message for the operator. A damaged file is not changed, so that it can be
   * examined.
   */
  static async open(options: DuckDbOptions): Promise<DuckDbDatabase> {
    const { dataDir, migrationsFolder = join(import.meta.dirname, 'migrations') } = options;
    const database = new DuckDbDatabase(
      {
        file: join(dataDir, 'imgstream.duckdb'),
        tempFolder: join(dataDir, 'temp', 'duckdb'),
        readers: options.readers ?? 4,
        readLimitMs: options.readLimitMs ?? 30_000,
        writeLimitMs: options.writeLimitMs ?? 10_000,
        arrange: { ...ARRANGE, ...options.arrange },
      },
      options.pingLimitMs ?? 3_000,
    );
    const prepare = async (connection: Connection): Promise<void> => {
      await migrate(migrationsFolder, new DuckDbMigrator(connection));
    };
    database.#attested = await database.#open(prepare, options.recover ?? false);
    return database;
  }

  override get capabilities(): DatabaseCapabilities {
    return { severalProcesses: false, provesAcknowledgedWrites: this.#attested };
  }

  // An overload, not a cast: only the caller knows the columns of its SQL.
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  async query(sql: string, params: readonly SqlValue[] = []): Promise<object[]> {
    return this.#current().reads.query(sql, params);
  }

  /** All writes go through one queue, so every unit of work sees everything before it, whatever its scopes. */
  async write<T>(_scopes: readonly Scope[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#current().writes.write(work);
  }

  async ping(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        late.reject(
          new DatabaseUnavailableError(`The database did not respond within ${this.#pingLimitMs} ms.`),
        ),
      this.#pingLimitMs,
    );
    try {
      await Promise.race([this.query('SELECT count(*) AS n FROM schema_migrations'), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs the queued writes, makes a checkpoint and closes the file. Later calls get DatabaseUnavailableError. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Nest calls this hook after the server has closed, when no request is in progress. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#reopening;
    await this.#session?.close(new DatabaseUnavailableError(CLOSED));
    this.#session = null;
  }

  #current(): Session {
    if (this.#closing.signal.aborted) throw new DatabaseUnavailableError(CLOSED);
    if (!this.#session) throw new DatabaseUnavailableError('The database is being reopened.');
    return this.#session;
  }

  async #open(prepare: (connection: Connection) => Promise<void>, recover: boolean): Promise<boolean> {
    // A fatal error during the opening makes Session.open throw. There is no session to recover yet.
    let opened: Session | null = null;
    opened = await Session.open(
      { ...this.#options, recover },
      (error) => opened && this.#recover(opened, error),
      prepare,
    );
    this.#session = opened;
    return opened.attested;
  }

  #recover(broken: Session, error: unknown): void {
    if (this.#session !== broken || this.#closing.signal.aborted) return;
    this.#session = null;
    this.#logger.error(`Reopening ${this.#options.file} after a fatal error: ${String(error)}`);
    this.#reopening = this.#reopen(broken, error);
  }

  async #reopen(broken: Session, cause: unknown): Promise<void> {
    await broken.abandon(
      new DatabaseUnavailableError('The database stopped after a fatal error.', { cause }),
    );
    let waitMs = REOPEN_AFTER_MS.first;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#open(async () => {}, false);
        this.#logger.log(`Reopened ${this.#options.file}.`);
        return;
      } catch (error) {
        this.#logger.error(
          `Could not reopen ${this.#options.file}, retrying in ${waitMs} ms: ${String(error)}`,
        );
      }
      await delay(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, REOPEN_AFTER_MS.most);
    }
  }
}
