import { DatabaseUnavailableError, type Scope } from '../database.ts';

/** Units of work that wait at most; the next one is refused. */
const MAX_WAITING = 10_000;

/**
 * Runs the units of work of one scope one after another, in the order of the calls; other scopes are not affected. Work
 * waits here before it takes a connection, so that one user cannot occupy the whole pool.
 */
export class ScopeQueue {
  /** The end of the last unit of work of each scope. */
  readonly #last = new Map<Scope, Promise<unknown>>();
  #waiting = 0;

  /** @throws DatabaseUnavailableError if too many units of work wait; otherwise what `work` throws. */
  async run<T>(scopes: readonly Scope[], work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING) throw new DatabaseUnavailableError('Too many writes are waiting.');
    const ended = Promise.withResolvers<void>();
    // All scopes are entered in this turn, so that two units of work never wait for each other.
    const before = scopes.map((scope) => this.#last.get(scope) ?? Promise.resolve());
    for (const scope of scopes) this.#last.set(scope, ended.promise);
    this.#waiting += 1;
    try {
      await Promise.all(before);
    } finally {
      this.#waiting -= 1;
    }
    try {
      return await work();
    } finally {
      ended.resolve();
      for (const scope of scopes) if (this.#last.get(scope) === ended.promise) this.#last.delete(scope);
    }
  }
}
