import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../database.ts';
import type { Transaction } from '../database.ts';
import type { CommitCounter } from './integrity/commit-counter.ts';
import type { Connection } from './connection.ts';
import { isConflict, isFatal, translate } from './errors.ts';
import { WorkTransaction } from '../work-transaction.ts';

/** Maximum number of jobs that share a transaction. */
const GROUP_SIZE = 64;
/**
 * A group that has run for this long accepts no further jobs, so that its first jobs do not wait too long for the
 * commit.
 */
const GROUP_MS = 50;
/** Maximum number of queued jobs. Further jobs are refused. */
const QUEUE_SIZE = 10_000;
const CONFLICT_RETRIES = 4;
/** How often idle-time work checks whether a write is waiting. */
const IDLE_CHECK_MS = 10;

/** Resolves the caller's promise with the return value of the job. */
type Acknowledge = () => void;

type Outcome = { acknowledge: Acknowledge; hadEffect: boolean } | { error: unknown; failsGroup: boolean };

interface Job {
  work: (tx: Transaction) => Promise<Acknowledge>;
  reject: (error: unknown) => void;
  /** True if it exceeded the time limit. It is not run again. */
  overdue: boolean;
}

/**
 * Runs jobs one after another on the only connection that writes. Queued jobs share a transaction, and therefore
 * the wait for the disk (group commit). If a job fails, the other jobs of its group run again, each in its own
 * transaction.
 */
export class WriterQueue {
  readonly #connection: Connection;
  readonly #counter: CommitCounter;
  readonly #jobLimitMs: number;
  readonly #afterCommit: () => Promise<void>;
  readonly #waiting: Job[] = [];
  readonly #insideJob = new AsyncLocalStorage<true>();
  #refusal: DatabaseUnavailableError | null = null;
  #running: Promise<void> | null = null;
  #commits = 0;

  /**
   * @param jobLimitMs time limit of a job, because all others wait for it
   * @param afterCommit runs between transactions, and must not reject
   */
  constructor(
    connection: Connection,
    counter: CommitCounter,
    jobLimitMs: number,
    afterCommit: () => Promise<void>,
  ) {
    this.#connection = connection;
    this.#counter = counter;
    this.#jobLimitMs = jobLimitMs;
    this.#afterCommit = afterCommit;
  }

  /** Number of committed transactions, without those of `runWhenIdle`. */
  get commits(): number {
    return this.#commits;
  }

  /**
   * Runs `work` in a transaction while no write is running or queued. A write that arrives in the meantime
   * interrupts the work and waits for it to stop; if the commit has already begun, the write waits for the commit.
   * @returns false if nothing was changed because of a write or because the queue is closed.
   * @throws the error that `work` threw.
   */
  async runWhenIdle(work: (connection: Connection) => Promise<void>): Promise<boolean> {
    if (this.#refusal || this.#running) return false;
    const done = this.#runIdle(work);
    this.#running = done.then(
      () => this.#drain(),
      () => this.#drain(),
    );
    return done;
  }

  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#refusal) throw this.#refusal;
    if (this.#insideJob.getStore()) {
      throw new Error(
        'A write inside another write would wait for it forever. Use the tx of the outer write.',
      );
    }
    if (this.#waiting.length >= QUEUE_SIZE) {
      throw new DatabaseUnavailableError('Too many writes are waiting.');
    }
    // The queue outlives the request that started it, so each job runs in the context (trace, request id) of its
    // caller.
    const inContext = AsyncLocalStorage.snapshot();
    return new Promise<T>((resolve, reject) => {
      const job = async (tx: Transaction): Promise<Acknowledge> => {
        const value = await work(tx);
        return () => resolve(value);
      };
      this.#waiting.push({
        work: (tx) => inContext(() => this.#insideJob.run(true, () => job(tx))),
        reject,
        overdue: false,
      });
      this.#running ??= this.#drain();
    });
  }

  /** Refuses further jobs with `reason`, and resolves when the queued ones have run. */
  async close(reason: DatabaseUnavailableError): Promise<void> {
    this.#refusal ??= reason;
    await this.#running;
  }

  /** Rejects queued and further jobs with `reason`, and resolves when no job is running. */
  async abandon(reason: DatabaseUnavailableError): Promise<void> {
    this.#refusal ??= reason;
    for (const job of this.#waiting.splice(0)) job.reject(reason);
    await this.#running;
  }

  async #runIdle(work: (connection: Connection) => Promise<void>): Promise<boolean> {
    const mustStop = () => this.#waiting.length > 0 || this.#refusal !== null;
    // Repeated, because an interrupt between two statements has no effect.
    const timer = setInterval(() => mustStop() && this.#connection.interrupt(), IDLE_CHECK_MS);
    try {
      await this.#connection.command('BEGIN');
      await work(this.#connection);
      clearInterval(timer);
      if (mustStop()) {
        await this.#rollback();
        return false;
      }
      await this.#connection.command('COMMIT');
    } catch (error) {
      clearInterval(timer);
      const isStopped = mustStop();
      await this.#rollback();
      if (isStopped && !isFatal(error)) return false;
      throw error;
    }
    await this.#afterCommit();
    return true;
  }

  async #drain(): Promise<void> {
    // Lets other writes of the same event loop turn join the first group.
    await Promise.resolve();
    for (let first = this.#waiting.shift(); first; first = this.#waiting.shift()) {
      await this.#runGroup(first);
      await this.#afterCommit();
    }
    this.#running = null;
  }

  async #runGroup(first: Job): Promise<void> {
    const until = performance.now() + GROUP_MS;
    const jobs = [first];
    const failure = await this.#runTransaction(first, () => {
      if (jobs.length === GROUP_SIZE || performance.now() > until) return undefined;
      const next = this.#waiting.shift();
      if (next) jobs.push(next);
      return next;
    });
    if (!failure) return;
    if (isFatal(failure.error)) {
      // After a fatal error in COMMIT, it is unknown whether the transaction is durable. Jobs must not run twice.
      for (const job of jobs) job.reject(translate(failure.error));
    } else if (jobs.length === 1 && !isConflict(failure.error)) {
      first.reject(translate(failure.error));
    } else {
      for (const job of jobs) if (!job.overdue) await this.#runAlone(job);
    }
  }

  async #runAlone(job: Job): Promise<void> {
    for (let retries = 0; ; retries++) {
      const failure = await this.#runTransaction(job, () => undefined);
      if (!failure) return;
      if (!isConflict(failure.error) || retries === CONFLICT_RETRIES) {
        job.reject(translate(failure.error));
        return;
      }
      await delay(5 * 2 ** retries);
    }
  }

  /**
   * Runs jobs in one transaction and settles all of them once it is durable. On failure it rolls back and settles
   * none.
   * @returns the failure, or null
   */
  async #runTransaction(first: Job, next: () => Job | undefined): Promise<{ error: unknown } | null> {
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
        } else if (outcome.failsGroup) {
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
    const tx = this.#transaction();
    const tooLate = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new DatabaseUnavailableError(`The write took longer than ${this.#jobLimitMs} ms.`);
      job.overdue = true;
      job.reject(error);
      this.#connection.interrupt();
      tooLate.reject(error);
    }, this.#jobLimitMs);
    try {
      const acknowledge = await Promise.race([job.work(tx), tooLate.promise]);
      await tx.end();
      // The failed statement aborted the transaction, even if the job caught its error and continued.
      return tx.failure
        ? { error: tx.failure.error, failsGroup: true }
        : { acknowledge, hadEffect: tx.hadEffect };
    } catch (error) {
      await tx.end();
      return { error, failsGroup: tx.failure !== null || tx.hadEffect };
    } finally {
      clearTimeout(timer);
    }
  }

  #transaction(): WorkTransaction {
    return new WorkTransaction({
      execute: (sql, params) => this.#connection.write(sql, params),
      translate,
    });
  }

  async #rollback(): Promise<void> {
    try {
      await this.#connection.command('ROLLBACK');
    } catch {
      // After a failed COMMIT or BEGIN there is no transaction to roll back.
    }
  }
}
