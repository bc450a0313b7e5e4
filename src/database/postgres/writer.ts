import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { PoolClient } from 'pg';
import { DatabaseUnavailableError, type Scope, type Transaction } from '../database.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { isConflict, isConnectionLost, translate } from './errors.ts';
import { ScopeQueue } from './scope-queue.ts';
import { beginWrite } from './sql.ts';
import { transactionOn } from './transaction.ts';

const ATTEMPTS = 4;
const LOCK_MS = 5_000;

/** A failed attempt. It may be repeated only if its transaction was certainly not committed. */
class AttemptError extends Error {
  constructor(
    readonly error: unknown,
    readonly mayRepeat: boolean,
  ) {
    super('A unit of work failed.');
  }
}

/** Runs units of work: queued by scope in this process, and locked by scope across processes. */
export class Writer {
  readonly #pool: ConnectionPool;
  readonly #workMs: number;
  readonly #queue = new ScopeQueue();
  readonly #limit: <T>(work: () => Promise<T>) => Promise<T>;
  readonly #insideWork = new AsyncLocalStorage<true>();

  /**
   * @param connections that units of work use at most at the same time; the rest of the pool remains for reads
   * @param workMs the time that a unit of work may take
   */
  constructor(pool: ConnectionPool, connections: number, workMs: number) {
    this.#pool = pool;
    this.#workMs = workMs;
    this.#limit = pLimit(connections);
  }

  async write<T>(scopes: readonly Scope[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#insideWork.getStore())
      throw new Error('A unit of work must not wait for another write; use its tx.');
    const sorted = [...new Set(scopes)].toSorted();
    return this.#queue.run(sorted, () => this.#limit(() => this.#repeat(sorted, work)));
  }

  async #repeat<T>(scopes: readonly Scope[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#pool.use((client, broken) => this.#attempt(client, broken, scopes, work));
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        if (!error.mayRepeat || attempt === ATTEMPTS) throw translate(error.error);
      }
      await delay(5 * 2 ** attempt * (1 + Math.random()));
    }
  }

  async #attempt<T>(
    client: PoolClient,
    broken: () => void,
    scopes: readonly Scope[],
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const limits = { statementMs: this.#workMs, lockMs: LOCK_MS, idleMs: this.#workMs };
    try {
      await client.query(beginWrite(scopes, limits));
    } catch (error) {
      if (isConnectionLost(error)) broken();
      else await rollBack(client, broken);
      // Nothing ran yet: a connection that was closed while it was idle is replaced.
      throw new AttemptError(error, isConflict(error) || isConnectionLost(error));
    }
    const value = await this.#run(client, broken, work);
    await commit(client, broken);
    return value;
  }

  /** Runs the statements of `work`; rolls back if it fails. */
  async #run<T>(client: PoolClient, broken: () => void, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = transactionOn(client);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new DatabaseUnavailableError(`A unit of work ran for more than ${this.#workMs} ms.`));
    }, this.#workMs);
    try {
      const value = await Promise.race([this.#insideWork.run(true, () => work(tx)), late.promise]);
      await tx.end();
      // A unit of work that caught the error of a statement has lost what it wrote all the same.
      if (tx.failure) throw tx.failure.error;
      return value;
    } catch (error) {
      const cause = tx.failure?.cause ?? error;
      if (error instanceof DatabaseUnavailableError && !tx.failure) broken();
      else if (isConnectionLost(cause)) broken();
      else await rollBack(client, broken);
      throw new AttemptError(error, tx.failure !== null && isConflict(cause));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @throws AttemptError that may not be repeated if the server may have committed. */
async function commit(client: PoolClient, broken: () => void): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    broken();
    throw new AttemptError(error, isConflict(error));
  }
  // The server answers ROLLBACK to the COMMIT of a transaction that failed.
  if (command !== 'COMMIT')
    throw new AttemptError(new DatabaseUnavailableError('The transaction was rolled back.'), false);
}

async function rollBack(client: PoolClient, broken: () => void): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch {
    // The server rolls back when the connection closes.
    broken();
  }
}
