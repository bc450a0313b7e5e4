import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DatabaseStartError } from '../../database-start-error.ts';
import type { Connection } from '../connection.ts';
import { HighWaterMark } from './high-water-mark.ts';

const LIMIT_MS = 60_000;

/**
 * Counts the committed transactions in the database and, once each is durable, in a file beside it. DuckDB treats
 * an incomplete record of its write-ahead log as the end of the log, as after a crash. It therefore drops
 * transactions without an error if a record has a wrong length, or if the log is truncated or missing. The count in
 * the database is then lower than the count in the file.
 */
export class CommitCounter {
  readonly #mark: HighWaterMark;
  readonly #hasTable: boolean;
  #commits: number;
  /** Number of transactions counted in the file but missing from the database. Accepted if `recover` is set. */
  readonly #lost: number;
  /** False if the file has no count, or if the count in the database is lower. */
  readonly attested: boolean;

  private constructor(mark: HighWaterMark, marked: number | null, counted: number | null) {
    this.#mark = mark;
    this.#hasTable = counted !== null;
    this.#commits = Math.max(counted ?? 0, marked ?? 0);
    this.#lost = Math.max(0, (marked ?? 0) - (counted ?? 0));
    this.attested = marked !== null && this.#lost === 0;
  }

  /**
   * Compares both counts, without changing them.
   * @param recover accepts a database that lacks acknowledged transactions.
   * @throws DatabaseStartError if the database lacks acknowledged transactions and `recover` is false.
   */
  static async open(connection: Connection, file: string, recover: boolean): Promise<CommitCounter> {
    const mark = new HighWaterMark(markOf(file));
    const counter = new CommitCounter(mark, await mark.read(), await readCount(connection));
    if (counter.#lost > 0) {
      const problem = `${file} lacks ${counter.#lost} of the ${counter.#commits} acknowledged changes`;
      if (!recover) {
        throw new DatabaseStartError(
          `${problem}: it or ${file}.wal was damaged or truncated, or is an older copy. ${REMEDY}`,
        );
      }
      new Logger('DuckDbDatabase').warn(`${problem}. Continuing because RECOVER_DATABASE is set.`);
    }
    return counter;
  }

  /**
   * Creates the count in the database, or raises it to the count of the file. Call it between transactions, after
   * the first checkpoint.
   */
  async prepare(connection: Connection): Promise<void> {
    if (this.#hasTable && this.#lost === 0) return;
    await connection.command('BEGIN');
    await connection.command('CREATE OR REPLACE TABLE commit_count (commits BIGINT NOT NULL)');
    await connection.command(`INSERT INTO commit_count VALUES (${this.#commits})`);
    await connection.command('COMMIT');
    await connection.command('CHECKPOINT');
  }

  /** Increments the count in the database. Must be the last statement of the transaction that it counts. */
  async count(connection: Connection): Promise<void> {
    await connection.command(`UPDATE commit_count SET commits = ${this.#commits + 1}`);
  }

  /** Records that the counted transaction is durable. Await it before the write is acknowledged. Never rejects. */
  async confirm(): Promise<void> {
    this.#commits++;
    await this.#mark.raise(this.#commits);
  }

  close(): Promise<void> {
    return this.#mark.close();
  }
}

const REMEDY =
  'Nothing was changed. Restore the newest copy of the .duckdb file, and of the .wal file if there is one. Or start with ' +
  'RECOVER_DATABASE=true, which continues with the existing data and recreates the missing photos from their originals.';

/**
 * Refuses to start if the database file has disappeared, as opposed to not having been created yet. DuckDB would
 * create an empty file, and delete a log that it finds beside it.
 * @throws DatabaseStartError if the file is missing, but its log or, unless `recover` is set, its count exists.
 */
export async function refuseMissingFile(file: string, recover: boolean): Promise<void> {
  // The file is checked last, because a process that creates a new database creates the file first.
  const hasLog = await isThere(`${file}.wal`);
  const marked = await new HighWaterMark(markOf(file)).read();
  if ((!hasLog && marked === null) || (await isThere(file))) return;
  if (hasLog) {
    throw new DatabaseStartError(
      `${file} is missing, but its log ${file}.wal exists. ${REMEDY} In the second case, move the log away first: it is ` +
        'useless without the database file.',
    );
  }
  if (!recover)
    throw new DatabaseStartError(`${file} is missing, with ${marked} acknowledged changes. ${REMEDY}`);
}

/**
 * Not named after the database file, so that restoring an older copy of that file does not also restore an older
 * count.
 */
function markOf(file: string): string {
  return join(dirname(file), 'commits');
}

/** Returns the count in the database; null if the database has none yet. */
async function readCount(connection: Connection): Promise<number | null> {
  const tables = await connection.read(
    `SELECT 1 AS n FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'commit_count'`,
    [],
    LIMIT_MS,
  );
  if (tables.rows.length === 0) return null;
  const { rows } = await connection.read('SELECT max(commits) AS n FROM commit_count', [], LIMIT_MS);
  return Number(rows[0]?.['n'] ?? 0);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
