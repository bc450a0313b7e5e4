import type { Row, SqlValue, Transaction } from '../database.ts';
import type { Connection, StatementResult } from './connection.ts';
import { translate } from './errors.ts';

/** The transaction as one work sees it: good until the work ends, and for nothing after its first failed statement. */
export class WorkTransaction implements Transaction {
  readonly #connection: Connection;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;
  #failure: { error: unknown } | null = null;
  #hadEffect = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The first statement that failed. DuckDB's transaction is lost with it, even where the work caught the error. */
  get failure(): { error: unknown } | null {
    return this.#failure;
  }

  /** True where a statement changed something that has to be rolled back if the work throws. */
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

  /** Lets no further statement begin, and waits for the one that runs. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
  }

  #run(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    // One after another, also where the work starts several at once: a connection runs one statement at a time.
    const result = this.#tail.then(() => this.#next(sql, params));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #next(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    if (this.#ended)
      throw new Error('The transaction of this work has ended; every statement must be awaited in it.');
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
