import type { Row, SqlValue, Transaction } from '../database.ts';
import type { Connection, StatementResult } from './connection.ts';
import { translate } from './errors.ts';

/**
 * The `tx` of one job in the writer queue. It refuses statements after the job has ended, or after one of its
 * statements failed.
 */
export class JobTransaction implements Transaction {
  readonly #connection: Connection;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;
  #failure: { error: unknown } | null = null;
  #hadEffect = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The error of the first failed statement. It aborts DuckDB's transaction, even if the job caught the error. */
  get failure(): { error: unknown } | null {
    return this.#failure;
  }

  /** True if a statement made changes that must be rolled back when the job throws. */
  get hadEffect(): boolean {
    return this.#hadEffect;
  }

  // An overload, not a cast: only the caller knows the columns of its SQL.
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  async query(sql: string, params: readonly SqlValue[] = []): Promise<object[]> {
    const { rows } = await this.#run(sql, params);
    return rows;
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    const { changed } = await this.#run(sql, params);
    return changed;
  }

  /** Refuses further statements, and waits for the running one. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
  }

  #run(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    // A connection runs one statement at a time, so statements that the job starts concurrently are queued.
    const result = this.#tail.then(() => this.#next(sql, params));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #next(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    if (this.#ended) throw new Error('The transaction has ended. Every statement must be awaited inside it.');
    if (this.#failure) throw this.#failure.error;
    try {
      const result = await this.#connection.write(sql, params);
      this.#hadEffect ||= result.hadEffect;
      return result;
    } catch (error) {
      this.#failure = { error: translate(error) };
      throw this.#failure.error;
    }
  }
}
