import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../database.ts';
import type { Transaction } from '../database.ts';
import type { CommitCounter } from './integrity/commit-counter.ts';
import type { Connection } from './connection.ts';
import { isConflict, isFatal, translate } from './errors.ts';
import { WorkTransaction } from './work-transaction.ts';

/** Works that one transaction carries at most. */
const GROUP_SIZE = 64;
/** A group that has run for so long takes no further work, so that the first do not wait for the last. */
const GROUP_MS = 50;
/** Works that wait at most; the next is refused. */
const QUEUE_SIZE = 10_000;
const CONFLICT_RETRIES = 4;
/** How soon work of spare time makes way for a write. */
const SPARE_TIME_MS = 10;

/** Tells a caller what their work gave. */
type Acknowledge = () => void;

type Outcome = { acknowledge: Acknowledge; hadEffect: boolean } | { error: unknown; spoilsGroup: boolean };

interface Job {
  work: (tx: Transaction) => Promise<Acknowledge>;
  reject: (error: unknown) => void;
  /** True once it was given up for the time it took: it is not run again. */
  overdue: boolean;
}

/**
 * Runs works one after another on the one connection that writes. Those that wait share a transaction, and with it the
 * wait for the disk. A work that fails makes the others of its group run again, each in a transaction of its own.
 */
export class WriterQueue {
  readonly #connection: Connection;
  readonly #counter: CommitCounter;
  readonly #workLimitMs: number;
  readonly #afterCommit: () => Promise<void>;
  readonly #waiting: Job[] = [];
  readonly #insideWork = new AsyncLocalStorage<true>();
  #refusal: DatabaseUnavailableError | null = null;
  #running: Promise<void> | null = null;
  #commits = 0;

  /** A work may take `workLimitMs`, as all others wait for it. `afterCommit` runs between transactions and must not reject. */
  constructor(
    connection: Connection,
    counter: CommitCounter,
    workLimitMs: number,
    afterCommit: () => Promise<void>,
  ) {
    this.#connection = connection;
    this.#counter = counter;
    this.#workLimitMs = workLimitMs;
    this.#afterCommit = afterCommit;
  }

  /** Transactions that were committed, those of spare time left out. */
  get commits(): number {
    return this.#commits;
  }

  /**
   * Runs `work` in a transaction while nobody writes. Gives false, and nothing is changed, where somebody does or comes to:
   * they wait until its statement has stopped, or for its commit. Throws what `work` threw.
   */
  async inSpareTime(work: (connection: Connection) => Promise<void>): Promise<boolean> {
    if (this.#refusal || this.#running) return false;
    const done = this.#spend(work);
    this.#running = done.then(
      () => this.#drain(),
      () => this.#drain(),
    );
    return done;
  }

  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#refusal) throw this.#refusal;
    if (this.#insideWork.getStore()) {
      throw new Error('A work that waits for another write waits for ever: use its tx.');
    }
    if (this.#waiting.length >= QUEUE_SIZE) {
      throw new DatabaseUnavailableError('Too many writes are waiting.');
    }
    // The queue outlives the request that started it; each work runs in the context (trace, request id) of its caller.
    const inContext = AsyncLocalStorage.snapshot();
    return new Promise<T>((resolve, reject) => {
      const job = async (tx: Transaction): Promise<Acknowledge> => {
        const value = await work(tx);
        return () => resolve(value);
      };
      this.#waiting.push({
        work: (tx) => inContext(() => this.#insideWork.run(true, () => job(tx))),
        reject,
        overdue: false,
      });
      this.#running ??= this.#drain();
    });
  }

  /** Refuses further works with `reason` and resolves when those that wait have run. */
  async close(reason: DatabaseUnavailableError): Promise<void> {
    this.#refusal ??= reason;
    await this.#running;
  }

  /** Refuses further works and those that wait with `reason`; resolves when nothing runs any more. */
  async abandon(reason: DatabaseUnavailableError): Promise<void> {
    this.#refusal ??= reason;
    for (const job of this.#waiting.splice(0)) job.reject(reason);
    await this.#running;
  }

  async #spend(work: (connection: Connection) => Promise<void>): Promise<boolean> {
    const isWanted = () => this.#waiting.length > 0 || this.#refusal !== null;
    // Again and again: an interrupt between two statements meets neither.
    const timer = setInterval(() => isWanted() && this.#connection.interrupt(), SPARE_TIME_MS);
    try {
      await this.#connection.command('BEGIN');
      await work(this.#connection);
      clearInterval(timer);
      if (isWanted()) {
        await this.#rollback();
        return false;
      }
      await this.#connection.command('COMMIT');
    } catch (error) {
      clearInterval(timer);
      const wanted = isWanted();
      await this.#rollback();
      if (wanted && !isFatal(error)) return false;
      throw error;
    }
    await this.#afterCommit();
    return true;
  }

  async #drain(): Promise<void> {
    // A moment for whatever else is about to write in this turn.
    await Promise.resolve();
    for (let first = this.#waiting.shift(); first; first = this.#waiting.shift()) {
      await this.#group(first);
      await this.#afterCommit();
    }
    this.#running = null;
  }

  async #group(first: Job): Promise<void> {
    const until = performance.now() + GROUP_MS;
    const jobs = [first];
    const failure = await this.#transact(first, () => {
      if (jobs.length === GROUP_SIZE || performance.now() > until) return undefined;
      const next = this.#waiting.shift();
      if (next) jobs.push(next);
      return next;
    });
    if (!failure) return;
    if (isFatal(failure.error)) {
      // Whether a COMMIT that ended so is on the disk shows only when the file is opened again: nothing is run twice.
      for (const job of jobs) job.reject(translate(failure.error));
    } else if (jobs.length === 1 && !isConflict(failure.error)) {
      first.reject(translate(failure.error));
    } else {
      for (const job of jobs) if (!job.overdue) await this.#alone(job);
    }
  }

  async #alone(job: Job): Promise<void> {
    for (let tried = 0; ; tried++) {
      const failure = await this.#transact(job, () => undefined);
      if (!failure) return;
      if (!isConflict(failure.error) || tried === CONFLICT_RETRIES) {
        job.reject(translate(failure.error));
        return;
      }
      await delay(5 * 2 ** tried);
    }
  }

  /** Runs works in one transaction. Settles every one of them when it is durable; or rolls back, settles none and gives why. */
  async #transact(first: Job, next: () => Job | undefined): Promise<{ error: unknown } | null> {
    const settle: (() => void)[] = [];
    let hadEffect = false;
    try {
      await this.#connection.command('BEGIN');
      for (let job: Job | undefined = first; job; job = next()) {
        const { reject } = job;
        const outcome = await this.#attempt(job);
        if ('acknowledge' in outcome) {
          settle.push(outcome.acknowledge);
          hadEffect ||= outcome.hadEffect;
        } else if (outcome.spoilsGroup) {
          throw outcome.error;
        } else {
          settle.push(() => reject(outcome.error));
        }
      }
      if (hadEffect) await this.#counter.count(this.#connection);
      await this.#connection.command('COMMIT');
      this.#commits++;
    } catch (error) {
      await this.#rollback();
      return { error };
    }
    if (hadEffect) await this.#counter.confirm();
    for (const done of settle) done();
    return null;
  }

  async #attempt(job: Job): Promise<Outcome> {
    const tx = new WorkTransaction(this.#connection);
    const tooLate = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new DatabaseUnavailableError(`A work ran for more than ${this.#workLimitMs} ms.`);
      job.overdue = true;
      job.reject(error);
      this.#connection.interrupt();
      tooLate.reject(error);
    }, this.#workLimitMs);
    try {
      const acknowledge = await Promise.race([job.work(tx), tooLate.promise]);
      await tx.end();
      // A work that caught the error of a statement and went on has lost what it wrote all the same.
      return tx.failure
        ? { error: tx.failure.error, spoilsGroup: true }
        : { acknowledge, hadEffect: tx.hadEffect };
    } catch (error) {
      await tx.end();
      return { error, spoilsGroup: tx.failure !== null || tx.hadEffect };
    } finally {
      clearTimeout(timer);
    }
  }

  async #rollback(): Promise<void> {
    try {
      await this.#connection.command('ROLLBACK');
    } catch {
      // A COMMIT or BEGIN that failed left no transaction to roll back.
    }
  }
}
