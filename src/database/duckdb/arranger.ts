import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Connection } from './connection.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { WriterQueue } from './writer-queue.ts';

/**
 * The physical order of the rows of a table: grouped, and sorted within each group, so that reads touch few blocks.
 */
export interface Arrangement {
  table: string;
  /** The column by which rows are grouped. */
  group: string;
  /**
   * The column by which the rows of a group are sorted, in descending order; ties are sorted by `id`, descending.
   */
  column: string;
  /**
   * VARCHAR columns that are stored uncompressed. DuckDB omits this setting from the definition that it reports.
   */
  uncompressed?: readonly string[];
}

export interface ArrangerOptions {
  tables: readonly Arrangement[];
  /** How long no write must happen before the order is checked, in ms. */
  quietMs: number;
  /** A table with fewer misplaced rows is left alone. */
  fewestRows: number;
  /** A table with more rows is left alone, because the new keys are built in memory beside the old ones. */
  mostRows: number;
  /** How long to wait after a failure before the next attempt, in ms. */
  retryMs: number;
}

/**
 * The fraction of a table that must be misplaced before it is rewritten. The total work is therefore proportional
 * to the number of rows added.
 */
const MIN_MISPLACED_FRACTION = 0.1;
/**
 * Free disk space needed, as a multiple of the file size: for the new table and the temporary files of the sort.
 */
const FREE_SPACE_FACTOR = 2;

/**
 * Rewrites tables in their configured order while no writes arrive. There are no indexes besides the keys: a read
 * skips each block whose minimum and maximum exclude its rows, and in insertion order nearly every block contains
 * rows of all users and all years. Each table is rewritten in one transaction, so a crash leaves it unchanged. A
 * write that arrives in the meantime cancels the transaction.
 */
export class Arranger {
  readonly #reads: ReaderPool;
  readonly #writes: WriterQueue;
  readonly #file: string;
  readonly #options: ArrangerOptions;
  readonly #logger = new Logger('DuckDbDatabase');
  readonly #timer: NodeJS.Timeout;
  /** The number of commits at the last tick of the timer. */
  #seenCommits = -1;
  /** The number of commits when the order was last checked. */
  #checkedCommits = -1;
  #notBefore = 0;
  #run: Promise<void> | null = null;

  constructor(reads: ReaderPool, writes: WriterQueue, file: string, options: ArrangerOptions) {
    this.#reads = reads;
    this.#writes = writes;
    this.#file = file;
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), options.quietMs);
    this.#timer.unref();
  }

  /** Starts no further rewrites, and resolves when none is running. Close the writer queue first. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#run;
  }

  #tick(): void {
    const { commits } = this.#writes;
    const quiet = commits === this.#seenCommits;
    this.#seenCommits = commits;
    if (!quiet || commits === this.#checkedCommits || this.#run || performance.now() < this.#notBefore)
      return;
    this.#checkedCommits = commits;
    this.#run = this.#arrangeAll()
      .catch((error: unknown) => {
        this.#checkedCommits = -1;
        this.#notBefore = performance.now() + this.#options.retryMs;
        const minutes = Math.ceil(this.#options.retryMs / 60_000);
        this.#logger.warn(
          `Could not reorder the rows of ${this.#file}, retrying in ${minutes} min: ${String(error)}`,
        );
      })
      .finally(() => {
        this.#run = null;
      });
  }

  async #arrangeAll(): Promise<void> {
    for (const arrangement of this.#options.tables) {
      if (!(await this.#isWorthwhile(arrangement)) || !(await this.#hasFreeSpace())) continue;
      const from = performance.now();
      const done = await this.#writes.runWhenIdle((connection) => rewrite(connection, arrangement));
      const seconds = ((performance.now() - from) / 1000).toFixed(1);
      if (done) this.#logger.log(`Reordered the rows of ${arrangement.table} in ${seconds} s.`);
      else this.#logger.debug(`Stopped reordering the rows of ${arrangement.table} because of a write.`);
    }
  }

  async #isWorthwhile({ table, group, column }: Arrangement): Promise<boolean> {
    const [existing] = await this.#reads.query(
      'SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = current_database() AND table_name = $1',
      [table],
    );
    if (existing?.['n'] !== 1) return false;
    // Without ORDER BY, the window follows the physical order of the rows. In a sorted table, `one` changes once
    // per group, except before the first; these changes are not misplaced rows.
    const [row] = await this.#reads.query(
      `SELECT count(*) AS total, count(*) FILTER (one <> one_before OR value > value_before) - count(DISTINCT one) + 1 AS misplaced
       FROM (SELECT ${group} AS one, ${column} AS value, lag(${group}) OVER () AS one_before, lag(${column}) OVER () AS value_before FROM ${table})`,
      [],
    );
    const [total, misplaced] = [Number(row?.['total']), Number(row?.['misplaced'])];
    const { fewestRows, mostRows } = this.#options;
    return misplaced >= fewestRows && misplaced >= total * MIN_MISPLACED_FRACTION && total <= mostRows;
  }

  async #hasFreeSpace(): Promise<boolean> {
    const { bavail, bsize } = await statfs(dirname(this.#file));
    const { size } = await stat(this.#file);
    return bavail * bsize > FREE_SPACE_FACTOR * size;
  }
}

async function rewrite(
  connection: Connection,
  { table, group, column, uncompressed = [] }: Arrangement,
): Promise<void> {
  const fresh = `${table}_arranged`;
  const { rows } = await connection.write(
    'SELECT sql FROM duckdb_tables() WHERE database_name = current_database() AND table_name = $1',
    [table],
  );
  let definition = String(rows[0]?.['sql']);
  const name = `CREATE TABLE ${table}(`;
  if (!definition.startsWith(name)) throw new Error(`Cannot parse the definition of ${table}.`);
  for (const each of uncompressed) {
    const plain = `${each} VARCHAR`;
    if (!definition.includes(` ${plain}`)) throw new Error(`${table} has no column ${plain}.`);
    definition = definition.replace(` ${plain}`, ` ${plain} USING COMPRESSION 'uncompressed'`);
  }
  await connection.write(`CREATE TABLE ${fresh}(${definition.slice(name.length)}`, []);
  const { changed } = await connection.write(
    `INSERT INTO ${fresh} SELECT * FROM ${table} ORDER BY ${group}, ${column} DESC, id DESC`,
    [],
  );
  const counted = await connection.write(`SELECT count(*) AS n FROM ${table}`, []);
  if (counted.rows[0]?.['n'] !== changed) throw new Error(`The copy of ${table} lacks some of its rows.`);
  await connection.write(`DROP TABLE ${table}`, []);
  await connection.write(`ALTER TABLE ${fresh} RENAME TO ${table}`, []);
}
