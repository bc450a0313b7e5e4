import { MIB } from '../../config/units.ts';
import { resolve } from 'node:path';
import { ImageProcessorUnavailableError, ImageRefusedError, type ProcessedImage } from '../image.ts';
import { ImageWorker, type WorkerBounds, WorkerLostError } from './image-worker.ts';

// A pool of our own. With tinypool 2.2 a worker that dies while it starts leaves its job waiting for ever, and nothing says which
// process has which job, which a bound of memory needs; workerpool 10 stops a worker with a message and then SIGTERM, and a
// hanging decoder that is to outlive the server's own SIGTERM heeds neither.

export interface WorkerPoolOptions extends WorkerBounds {
  /** Workers at most; they are started as they are needed. */
  size: number;
  /** An idle worker ends after this long, but for one. */
  idleMs: number;
  /** Told of workers that died, as a line for the log. */
  warn: (message: string) => void;
}

const ANSWERED_LATELY_MS = 10_000;
/** A worker that a big picture has left larger than this is replaced by a fresh one. */
const MAX_IDLE_RSS_BYTES = 384 * MIB;

/**
 * Child processes that read files. A file that crashes, hangs or swells its worker costs that worker and its own upload:
 * never the server, nor a job in another worker. Callers wait in turn; they bound how many they are.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<ImageWorker>();
  readonly #idle: ImageWorker[] = [];
  readonly #queue: PromiseWithResolvers<void>[] = [];
  readonly #retirements = new Map<ImageWorker, NodeJS.Timeout>();
  #taken = 0;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The processes there are, and whether each has a job. */
  get workers(): { pid: number | undefined; isBusy: boolean }[] {
    return [...this.#workers].map(({ pid, isBusy }) => ({ pid, isBusy }));
  }

  /** @throws ImageRefusedError; ImageProcessorUnavailableError; Error when the file cannot be opened. */
  async process(path: string): Promise<ProcessedImage> {
    await this.#takeTurn();
    try {
      const file = resolve(path);
      return await this.#attempt(file, false).catch((error: unknown) => {
        // Perhaps another's doing, the system's for one: once more, where nothing has been before.
        if (isLoss(error) && !this.#isClosed) return this.#attempt(file, true);
        throw error;
      });
    } catch (error) {
      if (this.#isClosed) throw closed();
      if (!(error instanceof WorkerLostError)) throw error;
      throw new ImageRefusedError('INVALID_IMAGE', 'The picture cannot be read.');
    } finally {
      this.#endTurn();
    }
  }

  /** Resolves when a worker has answered lately or is at work within its time. @throws ImageProcessorUnavailableError */
  async ping(): Promise<void> {
    if (this.#isClosed) throw closed();
    const since = performance.now() - ANSWERED_LATELY_MS;
    const workers = [...this.#workers].filter(({ isAlive }) => isAlive);
    if (workers.some(({ isBusy, lastAnswer }) => isBusy || lastAnswer > since)) return;
    const starting = workers.filter(({ isStarting }) => isStarting);
    if (starting.length > 0) {
      await Promise.any(starting.map(({ ready }) => ready)).catch(notStarted);
      return;
    }
    const answers = this.#idle.map((worker) => worker.ping());
    const hasAnswered = await Promise.any(answers).then(
      () => true,
      () => false,
    );
    if (hasAnswered) return;
    await this.warm();
  }

  /** Has a worker ready, so that the first file does not wait for one. @throws ImageProcessorUnavailableError */
  async warm(): Promise<void> {
    await this.#takeTurn();
    try {
      this.#release(await this.#take());
    } finally {
      this.#endTurn();
    }
  }

  /** Ends every worker; jobs that wait or run are refused with ImageProcessorUnavailableError. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#queue.splice(0)) reject(closed());
    const ended = [...this.#workers].map((worker) => worker.ended);
    for (const worker of this.#workers) worker.kill(closed());
    await Promise.all(ended);
  }

  async #attempt(path: string, fresh: boolean): Promise<ProcessedImage> {
    const worker = await (fresh ? this.#start() : this.#take());
    try {
      return await worker.process(path, this.#threads);
    } catch (error) {
      if (!worker.isAlive && !this.#isClosed) this.#options.warn(String(error));
      throw error;
    } finally {
      this.#release(worker);
    }
  }

  /** A photo that is alone may have the processor of another worker too: it is there 20 ms sooner. */
  get #threads(): number {
    return this.#taken === 1 ? Math.min(2, this.#options.size) : 1;
  }

  /** A turn is the right to one worker: as many turns as workers, first come, first served. */
  async #takeTurn(): Promise<void> {
    if (this.#isClosed) throw closed();
    if (this.#taken >= this.#options.size) {
      const turn = Promise.withResolvers<void>();
      this.#queue.push(turn);
      await turn.promise;
    } else {
      this.#taken += 1;
    }
  }

  #endTurn(): void {
    const next = this.#queue.shift();
    if (next) next.resolve();
    else this.#taken -= 1;
  }

  /** The worker that was idle the shortest, else a new one. Only with a turn. */
  async #take(): Promise<ImageWorker> {
    for (let worker = this.#idle.pop(); worker; worker = this.#idle.pop()) {
      clearTimeout(this.#retirements.get(worker));
      if (worker.isAlive) return worker;
    }
    return this.#start();
  }

  async #start(): Promise<ImageWorker> {
    if (this.#isClosed) throw closed();
    try {
      const worker = new ImageWorker(this.#options);
      this.#workers.add(worker);
      void worker.ended.then(() => this.#forget(worker));
      await worker.ready;
      return worker;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#isClosed) this.#options.warn(`An image worker could not be started: ${message}`);
      return notStarted(error);
    }
  }

  #release(worker: ImageWorker): void {
    if (!worker.isAlive) return;
    const { idleMs, maxRssBytes } = this.#options;
    if (this.#isClosed || (worker.rssBytes ?? 0) > Math.min(MAX_IDLE_RSS_BYTES, maxRssBytes / 2)) {
      worker.kill();
      return;
    }
    this.#idle.push(worker);
    this.#retirements.set(worker, setTimeout(() => this.#retire(worker), idleMs).unref());
  }

  #retire(worker: ImageWorker): void {
    const alive = [...this.#workers].filter(({ isAlive }) => isAlive);
    if (this.#idle.includes(worker) && alive.length > 1) worker.kill();
  }

  #forget(worker: ImageWorker): void {
    this.#workers.delete(worker);
    clearTimeout(this.#retirements.get(worker));
    this.#retirements.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

/** Whether a worker ended by itself, in its job or while it started. */
function isLoss(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some((one) => one instanceof WorkerLostError);
}

function notStarted(cause: unknown): never {
  throw new ImageProcessorUnavailableError('No image worker can be started.', { cause });
}

function closed(): ImageProcessorUnavailableError {
  return new ImageProcessorUnavailableError('The service is stopping.');
}
