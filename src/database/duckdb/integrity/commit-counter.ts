import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DatabaseStartError } from '../../database-start-error.ts';
import type { Connection } from '../connection.ts';
import { HighWaterMark } from './high-water-mark.ts';

const LIMIT_MS = 60_000;

/**
 * Counts the transactions that were committed, in the database and, once each is durable, in a file beside it. DuckDB
 * takes a record of its log that is not whole for the end of it, as after a crash, and says nothing of what it leaves
 * out: a length with a wrong bit, a log cut short or gone. Then the database has counted less than the file.
 */
export class CommitCounter {
  readonly #mark: HighWaterMark;
  readonly #hasTable: boolean;
  #commits: number;
  /** What was counted beside the database and not in it, and is accepted as lost. */
  readonly #lost: number;
  /** False where there is no count beside the database, or one that it does not come up to. */
  readonly attested: boolean;

  private constructor(mark: HighWaterMark, marked: number | null, counted: number | null) {
    this.#mark = mark;
    this.#hasTable = counted !== null;
    this.#commits = Math.max(counted ?? 0, marked ?? 0);
    this.#lost = Math.max(0, (marked ?? 0) - (counted ?? 0));
    this.attested = marked !== null && this.#lost === 0;
  }

  /**
   * Compares both counts; only reads. With `recover`, what is lost is not refused.
   * @throws DatabaseStartError where the database lacks what was acknowledged.
   */
  static async open(connection: Connection, file: string, recover: boolean): Promise<CommitCounter> {
    const mark = new HighWaterMark(markOf(file));
    const counter = new CommitCounter(mark, await mark.read(), await counted(connection));
    if (counter.#lost > 0) {
      const what = `${file} lacks ${counter.#lost} of the ${counter.#commits} changes that were acknowledged`;
      if (!recover) {
        throw new DatabaseStartError(
          `${what}: it or ${file}.wal was damaged or cut short, or is an older copy. ${WAYS_ON}`,
        );
      }
      new Logger('DuckDbDatabase').warn(`${what}; RECOVER_DATABASE accepts that.`);
    }
    return counter;
  }

  /** Makes the count in the database what it is to be. Between transactions, after the first checkpoint. */
  async prepare(connection: Connection): Promise<void> {
    if (this.#hasTable && this.#lost === 0) return;
    await connection.command('BEGIN');
    await connection.command('CREATE OR REPLACE TABLE commit_count (commits BIGINT NOT NULL)');
    await connection.command(`INSERT INTO commit_count VALUES (${this.#commits})`);
    await connection.command('COMMIT');
    await connection.command('CHECKPOINT');
  }

  /** Counts the transaction of a connection, as its last statement. */
  async count(connection: Connection): Promise<void> {
    await connection.command(`UPDATE commit_count SET commits = ${this.#commits + 1}`);
  }

  /** The transaction that was counted is durable; to be awaited before anybody is told so. Never rejects. */
  async confirm(): Promise<void> {
    this.#commits++;
    await this.#mark.raise(this.#commits);
  }

  close(): Promise<void> {
    return this.#mark.close();
  }
}

const WAYS_ON =
  'Nothing was changed. Restore the newest copy of the .duckdb file, and of the .wal file if there is one; or start ' +
  'with RECOVER_DATABASE=true, which goes on with what is there and makes photos that it lacks again from their originals.';

/**
 * Looks whether the database file is gone and not only not there yet. DuckDB would make a new one, and delete a log
 * that it finds beside it.
 * @throws DatabaseStartError
 */
export async function refuseLostFile(file: string, recover: boolean): Promise<void> {
  // In this order: who makes a new database makes the file first.
  const hasLog = await isThere(`${file}.wal`);
  const marked = await new HighWaterMark(markOf(file)).read();
  if ((!hasLog && marked === null) || (await isThere(file))) return;
  if (hasLog) {
    throw new DatabaseStartError(
      `${file} is gone, and its log ${file}.wal is still there. ${WAYS_ON} For that, move the log away: it is of no ` +
        'use without the file.',
    );
  }
  if (!recover)
    throw new DatabaseStartError(
      `${file} is gone, with ${marked} changes that were acknowledged. ${WAYS_ON}`,
    );
}

/** Not named after the file: whoever puts back an older copy of that is not to put back its count too. */
function markOf(file: string): string {
  return join(dirname(file), 'commits');
}

/** Null where the database does not count yet. */
async function counted(connection: Connection): Promise<number | null> {
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
