import type { Row, SqlValue, Transaction } from './database.ts';

export interface StatementResult {
  rows: Row[];
  /** Rows that were inserted, changed or deleted. */
  changed: number;
  /** True if the statement made changes that a rollback would undo. */
  hadEffect: boolean;
}

/** How an engine runs the statements of a unit of work. */
export interface StatementRunner {
  /** Runs one statement, which the caller awaits before the next. */
  execute(sql: string, params: readonly SqlValue[]): Promise<StatementResult>;
  /** The error as the port names it. */
  translate(error: unknown): unknown;
}

/** The `tx` of one unit of work. It refuses statements after the unit of work has ended, or after one of them failed. */
export class WorkTransaction implements Transaction {
  readonly #runner: StatementRunner;
  #last: Promise<unknown> = Promise.resolve();
  #hasEnded = false;
  #failure: { error: unknown; cause: unknown } | null = null;
  #hadEffect = false;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  /** The first failure of a statement, translated and original. It spoils the transaction even if it was caught. */
  get failure(): { error: unknown; cause: unknown } | null {
    return this.#failure;
  }

  /** True if a statement made changes that must be rolled back if the unit of work throws. */
  get hadEffect(): boolean {
    return this.#hadEffect;
  }

  // An overload, not a cast: only the caller knows the columns of its SQL.
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  async query(sql: string, params: readonly SqlValue[] = []): Promise<object[]> {
    return (await this.#run(sql, params)).rows;
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    return (await this.#run(sql, params)).changed;
  }

  /** Refuses further statements, and waits for the running one. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#last;
  }

  #run(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    // One after another, even if the unit of work starts several at once: after a failure none may run.
    const result = this.#last.then(() => this.#next(sql, params));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #next(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    if (this.#hasEnded)
      throw new Error('The transaction of this unit of work has ended; await every statement in it.');
    if (this.#failure) throw this.#failure.error;
    try {
      const result = await this.#runner.execute(sql, params);
      this.#hadEffect ||= result.hadEffect;
      return result;
    } catch (cause) {
      this.#failure = { error: this.#runner.translate(cause), cause };
      throw this.#failure.error;
    }
  }
}
