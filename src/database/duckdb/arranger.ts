import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Connection } from './connection.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { WriterQueue } from './writer-queue.ts';

/** A table, and the order in which reads find its rows side by side. */
export interface Arrangement {
  table: string;
  /** The rows that belong together. */
  group: string;
  /** The order of them, greatest first; then by `id`, greatest first. */
  column: string;
  /** Columns of the type VARCHAR that are kept uncompressed: DuckDB leaves that out of the definition that it gives. */
  uncompressed?: readonly string[];
}

export interface ArrangerOptions {
  tables: readonly Arrangement[];
  /** The time without a write after which it is looked whether rows are out of place. */
  quietMs: number;
  /** Rows out of place below which nothing is done. */
  fewestRows: number;
  /** Rows of a table beyond which nothing is done: keys are built in memory, beside the old ones. */
  mostRows: number;
  /** The time after a failure before which it is not tried again. */
  retryMs: number;
}

/** Part of a table that is out of place before it is worth the work; so the work grows with what is added. */
const WORTHWHILE = 0.1;
/** Free space beside the file, in multiples of it: the new table, and what the sort puts down. */
const ROOM = 2;

/**
 * Rewrites a table in order while nobody writes. There are no indexes here beside the keys: a read skips the blocks whose
 * least and greatest values rule them out, and in the order of arrival nearly every block has rows of everybody and of
 * all years. A rewriting is one transaction, so a crash leaves the table as it was; a write that comes meanwhile ends it.
 */
export class Arranger {
  readonly #reads: ReaderPool;
  readonly #writes: WriterQueue;
  readonly #file: string;
  readonly #options: ArrangerOptions;
  readonly #logger = new Logger('DuckDbDatabase');
  readonly #timer: NodeJS.Timeout;
  #seen = -1;
  #checked = -1;
  #notBefore = 0;
  #run: Promise<void> | null = null;

  constructor(reads: ReaderPool, writes: WriterQueue, file: string, options: ArrangerOptions) {
    this.#reads = reads;
    this.#writes = writes;
    this.#file = file;
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.quietMs);
    this.#timer.unref();
  }

  /** Begins nothing any more, and resolves when nothing runs; the queue of writes is to be closed first. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#run;
  }

  #look(): void {
    const { commits } = this.#writes;
    const quiet = commits === this.#seen;
    this.#seen = commits;
    if (!quiet || commits === this.#checked || this.#run || performance.now() < this.#notBefore) return;
    this.#checked = commits;
    this.#run = this.#arrangeAll()
      .catch((error: unknown) => {
        this.#checked = -1;
        this.#notBefore = performance.now() + this.#options.retryMs;
        const minutes = Math.ceil(this.#options.retryMs / 60_000);
        this.#logger.warn(
          `${this.#file} stays in the order it has, and is looked at again in ${minutes} min: ${String(error)}`,
        );
      })
      .finally(() => {
        this.#run = null;
      });
  }

  async #arrangeAll(): Promise<void> {
    for (const arrangement of this.#options.tables) {
      if (!(await this.#isWorthwhile(arrangement)) || !(await this.#hasRoom())) continue;
      const from = performance.now();
      const done = await this.#writes.inSpareTime((connection) => rewrite(connection, arrangement));
      const seconds = ((performance.now() - from) / 1000).toFixed(1);
      if (done) this.#logger.log(`The rows of ${arrangement.table} are in order, after ${seconds} s.`);
      else this.#logger.debug(`The rows of ${arrangement.table} stay as they are, because of a write.`);
    }
  }

  async #isWorthwhile({ table, group, column }: Arrangement): Promise<boolean> {
    const [here] = await this.#reads.query(
      'SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = current_database() AND table_name = $1',
      [table],
    );
    if (here?.['n'] !== 1) return false;
    // Without an ORDER BY the window runs in the order of the file. In order, each group but the first begins once.
    const [row] = await this.#reads.query(
      `SELECT count(*) AS total, count(*) FILTER (one <> one_before OR value > value_before) - count(DISTINCT one) + 1 AS astray
       FROM (SELECT ${group} AS one, ${column} AS value, lag(${group}) OVER () AS one_before, lag(${column}) OVER () AS value_before FROM ${table})`,
      [],
    );
    const [total, astray] = [Number(row?.['total']), Number(row?.['astray'])];
    const { fewestRows, mostRows } = this.#options;
    return astray >= fewestRows && astray >= total * WORTHWHILE && total <= mostRows;
  }

  async #hasRoom(): Promise<boolean> {
    const { bavail, bsize } = await statfs(dirname(this.#file));
    const { size } = await stat(this.#file);
    return bavail * bsize > ROOM * size;
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
  if (!definition.startsWith(name)) throw new Error(`The definition of ${table} is not understood.`);
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
  if (counted.rows[0]?.['n'] !== changed) throw new Error(`A copy of ${table} did not get all of its rows.`);
  await connection.write(`DROP TABLE ${table}`, []);
  await connection.write(`ALTER TABLE ${fresh} RENAME TO ${table}`, []);
}
