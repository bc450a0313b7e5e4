import type { PoolClient, QueryResult } from 'pg';
import type { Row, SqlValue, Transaction } from '../database.ts';
import { translate } from './errors.ts';
import { assertAllowed } from './sql.ts';
import { toParameters } from './values.ts';

/** The transaction of one unit of work. It ends with the unit of work, and refuses statements after one that failed. */
export class UnitOfWork implements Transaction {
  readonly #client: PoolClient;
  #last: Promise<unknown> = Promise.resolve();
  #hasEnded = false;
  #failure: { error: unknown; cause: unknown } | null = null;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  /** The first failure of a statement: as the port names it, and the original. It spoils the whole transaction. */
  get failure(): { error: unknown; cause: unknown } | null {
    return this.#failure;
  }

  // An overload, not a cast: only the caller knows the columns of its SQL.
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  async query(sql: string, params: readonly SqlValue[] = []): Promise<object[]> {
    return (await this.#run(sql, params)).rows;
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    const { command, rowCount } = await this.#run(sql, params);
    return command === 'SELECT' ? 0 : (rowCount ?? 0);
  }

  /** Lets no further statement begin, and waits for the running one. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#last;
  }

  #run(sql: string, params: readonly SqlValue[]): Promise<QueryResult<Row>> {
    // One after another, even if the unit of work starts several at once: after a failure none may run.
    const result = this.#last.then(() => this.#execute(sql, params));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #execute(sql: string, params: readonly SqlValue[]): Promise<QueryResult<Row>> {
    if (this.#hasEnded)
      throw new Error('The transaction of this unit of work has ended; await every statement in it.');
    if (this.#failure) throw this.#failure.error;
    try {
      assertAllowed(sql);
      return await this.#client.query<Row>(sql, toParameters(params));
    } catch (cause) {
      const error = translate(cause);
      this.#failure = { error, cause };
      throw error;
    }
  }
}
