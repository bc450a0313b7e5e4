import { MIB } from '../../config/units.ts';
import { resolve } from 'node:path';
import { ImageProcessorUnavailableError, ImageRefusedError, type ProcessedImage } from '../image.ts';
import { ImageWorker, type WorkerLimits, WorkerLostError } from './image-worker.ts';

// A custom pool, because tinypool and workerpool do not meet the requirements. In tinypool 2.2, a worker that dies
// while it starts leaves its job pending forever, and the pool does not reveal which process runs which job, which
// the memory limit requires. workerpool 10 stops a worker with a message and then SIGTERM. A decoder that hangs
// reads no messages, and workers ignore SIGTERM so that the server can finish their jobs after its own SIGTERM.

export interface WorkerPoolOptions extends WorkerLimits {
  /** Maximum number of workers. They are started on demand. */
  size: number;
  /** A worker that is idle for this time ends, unless it is the last one. */
  idleMs: number;
  /** Receives a log message for each worker that died. */
  warn: (message: string) => void;
}

const RECENT_REPLY_MS = 10_000;
/** A worker that still uses more memory than this after a large image is ended; a new one replaces it on demand. */
const MAX_IDLE_RSS_BYTES = 384 * MIB;

/**
 * A pool of child processes that process files. A file that crashes its worker, hangs it or exhausts its memory
 * costs only that worker and that upload, never the server or a job in another worker. Jobs wait in a queue without
 * a limit; callers must limit the number of jobs.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<ImageWorker>();
  readonly #idle: ImageWorker[] = [];
  readonly #queue: PromiseWithResolvers<void>[] = [];
  readonly #idleTimers = new Map<ImageWorker, NodeJS.Timeout>();
  #slotsInUse = 0;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The current processes, and whether each has a job. */
  get workers(): { pid: number | undefined; isBusy: boolean }[] {
    return [...this.#workers].map(({ pid, isBusy }) => ({ pid, isBusy }));
  }

  /**
   * Processes the file at `path`. Repeats the job once if its worker dies.
   * @throws ImageRefusedError; ImageProcessorUnavailableError; Error if the file cannot be opened.
   */
  async process(path: string): Promise<ProcessedImage> {
    await this.#acquireSlot();
    try {
      const file = resolve(path);
      return await this.#attempt(file, false).catch((error: unknown) => {
        // The file may not be the cause (the system may have killed the worker), so retry once in a new worker.
        if (isWorkerLost(error) && !this.#isClosed) return this.#attempt(file, true);
        throw error;
      });
    } catch (error) {
      if (this.#isClosed) throw stopping();
      if (!(error instanceof WorkerLostError)) throw error;
      throw new ImageRefusedError('INVALID_IMAGE', 'The image cannot be decoded.');
    } finally {
      this.#releaseSlot();
    }
  }

  /**
   * Resolves if a worker has replied recently, is busy with a job within its time limit, or replies now. Starts a
   * worker if none does.
   * @throws ImageProcessorUnavailableError if no worker can be started.
   */
  async ping(): Promise<void> {
    if (this.#isClosed) throw stopping();
    const since = performance.now() - RECENT_REPLY_MS;
    const workers = [...this.#workers].filter(({ isAlive }) => isAlive);
    if (workers.some(({ isBusy, lastReplyAt }) => isBusy || lastReplyAt > since)) return;
    const starting = workers.filter(({ isStarting }) => isStarting);
    if (starting.length > 0) {
      await Promise.any(starting.map(({ ready }) => ready)).catch(throwNotStarted);
      return;
    }
    const replies = this.#idle.map((worker) => worker.ping());
    const hasReplied = await Promise.any(replies).then(
      () => true,
      () => false,
    );
    if (hasReplied) return;
    await this.warm();
  }

  /**
   * Ensures that a worker is running, so that the first file need not wait for one to start.
   * @throws ImageProcessorUnavailableError if no worker can be started.
   */
  async warm(): Promise<void> {
    await this.#acquireSlot();
    try {
      this.#releaseWorker(await this.#acquireWorker());
    } finally {
      this.#releaseSlot();
    }
  }

  /** Ends all workers. Running and queued jobs reject with ImageProcessorUnavailableError. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#queue.splice(0)) reject(stopping());
    const ended = [...this.#workers].map((worker) => worker.ended);
    for (const worker of this.#workers) worker.kill(stopping());
    await Promise.all(ended);
  }

  async #attempt(path: string, fresh: boolean): Promise<ProcessedImage> {
    const worker = await (fresh ? this.#startWorker() : this.#acquireWorker());
    try {
      return await worker.process(path, this.#threads);
    } catch (error) {
      if (!worker.isAlive && !this.#isClosed) this.#options.warn(String(error));
      throw error;
    } finally {
      this.#releaseWorker(worker);
    }
  }

  /** A job may use two threads while no other job runs, which saves 20 ms. */
  get #threads(): number {
    return this.#slotsInUse === 1 ? Math.min(2, this.#options.size) : 1;
  }

  /** Waits for the right to use one worker. There are `size` slots, which are assigned in order of arrival. */
  async #acquireSlot(): Promise<void> {
    if (this.#isClosed) throw stopping();
    if (this.#slotsInUse >= this.#options.size) {
      const slot = Promise.withResolvers<void>();
      this.#queue.push(slot);
      await slot.promise;
    } else {
      this.#slotsInUse += 1;
    }
  }

  #releaseSlot(): void {
    const next = this.#queue.shift();
    if (next) next.resolve();
    else this.#slotsInUse -= 1;
  }

  /** Returns the worker that became idle last, or else a new one. The caller must hold a slot. */
  async #acquireWorker(): Promise<ImageWorker> {
    for (let worker = this.#idle.pop(); worker; worker = this.#idle.pop()) {
      clearTimeout(this.#idleTimers.get(worker));
      if (worker.isAlive) return worker;
    }
    return this.#startWorker();
  }

  async #startWorker(): Promise<ImageWorker> {
    if (this.#isClosed) throw stopping();
    try {
      const worker = new ImageWorker(this.#options);
      this.#workers.add(worker);
      void worker.ended.then(() => this.#forget(worker));
      await worker.ready;
      return worker;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#isClosed) this.#options.warn(`An image worker could not be started: ${message}`);
      return throwNotStarted(error);
    }
  }

  #releaseWorker(worker: ImageWorker): void {
    if (!worker.isAlive) return;
    const { idleMs, maxRssBytes } = this.#options;
    if (this.#isClosed || (worker.rssBytes ?? 0) > Math.min(MAX_IDLE_RSS_BYTES, maxRssBytes / 2)) {
      worker.kill();
      return;
    }
    this.#idle.push(worker);
    this.#idleTimers.set(worker, setTimeout(() => this.#endIdleWorker(worker), idleMs).unref());
  }

  #endIdleWorker(worker: ImageWorker): void {
    const alive = [...this.#workers].filter(({ isAlive }) => isAlive);
    if (this.#idle.includes(worker) && alive.length > 1) worker.kill();
  }

  #forget(worker: ImageWorker): void {
    this.#workers.delete(worker);
    clearTimeout(this.#idleTimers.get(worker));
    this.#idleTimers.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

/** Whether a worker ended unexpectedly, during its job or while starting. */
function isWorkerLost(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some((one) => one instanceof WorkerLostError);
}

function throwNotStarted(cause: unknown): never {
  throw new ImageProcessorUnavailableError('No image worker can be started.', { cause });
}

function stopping(): ImageProcessorUnavailableError {
  return new ImageProcessorUnavailableError('The service is stopping.');
}
