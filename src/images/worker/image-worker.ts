import { HEAP_GROWING } from '../../config/v8-flags.ts';
import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImageProcessorUnavailableError, ImageRefusedError, type ProcessedImage } from '../image.ts';
import { residentBytes } from './process-memory.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

export interface WorkerBounds {
  /** Of a picture. */
  maxPixels: number;
  /** Of the process. */
  maxRssBytes: number;
  startTimeoutMs: number;
  jobTimeoutMs: number;
}

/** The process ended in the middle of a job, for a reason that is not known. */
export class WorkerLostError extends Error {
  override name = 'WorkerLostError';
}

const MEMORY_WATCH_MS = 100;
const PING_TIMEOUT_MS = 5000;
const STDERR_KEPT = 500;
/** The id under which a worker's first word is waited for. */
const START = 0;

/**
 * Fewer arenas and fixed thresholds: after forty photos a worker holds 170 MB rather than 300. libvips's own buffers, of some
 * hundred kilobytes, stay below the threshold: mapped anew for each use they cost a photo 15 ms. Nothing else of this
 * process's environment reaches the code that reads strangers' files.
 */
const ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '8388608',
};
const NODE_OPTIONS = ['--max-old-space-size=256', HEAP_GROWING];

/** How long an answer may take, and what is said of the job that has had no answer by then. */
interface Bound {
  ms: number;
  late: Error;
}

interface Pending {
  resolve: (reply: WorkerReply) => void;
  reject: (error: Error) => void;
}

/** One child process, seen from the server: a job at a time, within bounds of time and memory. */
export class ImageWorker {
  /** When it last said anything, by performance.now(). */
  lastAnswer = -Infinity;
  readonly ready: Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  readonly #bounds: WorkerBounds;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #hasEnded = false;
  #nextId = START + 1;
  #jobs = 0;
  #reportedRss: number | null = null;
  #stderr = '';
  /** Why it was killed, where that was here. */
  #verdict: Error | null = null;

  constructor(bounds: WorkerBounds) {
    this.#bounds = bounds;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#child = fork(new URL(`./worker.${extension}`, import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: NODE_OPTIONS,
      env: ENVIRONMENT,
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    const end = (how: string) => {
      this.#hasEnded = true;
      ended.resolve();
      const error = this.#verdict ?? new WorkerLostError(`An image worker ended: ${how}. ${this.#stderr}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    this.#child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    // It could not be started, or not be written to.
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined) end(error.message);
      else this.kill();
    });
    this.#child.on('message', (reply: WorkerReply) => this.#receive(reply));
    this.ready = this.#start();
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return !this.#hasEnded && this.#verdict === null;
  }

  get isStarting(): boolean {
    return this.isAlive && this.#pending.has(START);
  }

  get isBusy(): boolean {
    return this.isAlive && this.#jobs > 0;
  }

  /** Resident bytes; null where they are not known. */
  get rssBytes(): number | null {
    return (this.pid === undefined ? null : residentBytes(this.pid)) ?? this.#reportedRss;
  }

  /** Uses so many `threads` for pixels. @throws ImageRefusedError; WorkerLostError when it ended by itself; Error when the file cannot be opened. */
  async process(path: string, threads: number): Promise<ProcessedImage> {
    this.#jobs += 1;
    const memory = setInterval(() => this.#watchMemory(), MEMORY_WATCH_MS);
    try {
      const { maxPixels, jobTimeoutMs } = this.#bounds;
      const late = new ImageRefusedError('INVALID_IMAGE', 'The picture takes too long to read.');
      const reply = await this.#ask(
        { kind: 'process', path, maxPixels, threads },
        { ms: jobTimeoutMs, late },
      );
      if (reply.kind === 'processed') return reply.image;
      if (reply.kind === 'refused') throw new ImageRefusedError(reply.code, reply.message);
      throw new Error(reply.kind === 'failed' ? reply.message : `An image worker answered ${reply.kind}.`);
    } finally {
      this.#jobs -= 1;
      clearInterval(memory);
    }
  }

  /** Resolves when it answers, or has a job, which has a bound of its own. @throws Error, and ends the process. */
  async ping(): Promise<void> {
    const answer = this.#ask({ kind: 'ping' }, null).then(() => true);
    answer.catch(() => undefined);
    const late = sleep(PING_TIMEOUT_MS, false, { ref: false });
    if ((await Promise.race([answer, late])) || this.isBusy) return;
    this.kill();
    throw new WorkerLostError('An image worker did not answer.');
  }

  /** Ends the process at once; a job that is under way fails with `verdict`. */
  kill(verdict: Error = new WorkerLostError('An image worker was ended.')): void {
    this.#verdict ??= verdict;
    // Its end is waited for.
    this.#child.ref();
    this.#child.kill('SIGKILL');
  }

  async #start(): Promise<void> {
    const { startTimeoutMs } = this.#bounds;
    const late = new ImageProcessorUnavailableError(`An image worker did not start in ${startTimeoutMs} ms.`);
    await this.#wait(START, { ms: startTimeoutMs, late });
    this.#letParentEnd();
  }

  #ask(request: DistributedOmit<WorkerRequest, 'id'>, bound: Bound | null): Promise<WorkerReply> {
    const id = this.#nextId;
    this.#nextId += 1;
    const reply = this.#wait(id, bound);
    // Where it cannot be sent the process has ended or will be, and `reply` says so.
    if (this.#child.connected) this.#child.send({ ...request, id }, (error) => error && this.kill());
    return reply;
  }

  async #wait(id: number, bound: Bound | null): Promise<WorkerReply> {
    if (!this.isAlive) throw this.#verdict ?? new WorkerLostError('An image worker has ended.');
    const { promise, resolve, reject } = Promise.withResolvers<WorkerReply>();
    this.#pending.set(id, { resolve, reject });
    const timer = bound ? setTimeout(() => this.kill(bound.late), bound.ms) : undefined;
    this.#child.channel?.ref();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#letParentEnd();
    }
  }

  #receive(reply: WorkerReply): void {
    this.lastAnswer = performance.now();
    if (reply.kind === 'memory') this.#reportedRss = reply.rssBytes;
    else this.#pending.get(reply.kind === 'ready' ? START : reply.id)?.resolve(reply);
  }

  #watchMemory(): void {
    if ((this.rssBytes ?? 0) <= this.#bounds.maxRssBytes) return;
    this.kill(
      new ImageRefusedError('IMAGE_TOO_LARGE', 'The picture needs more memory than can be given to it.'),
    );
  }

  /** An idle worker keeps no process running. */
  #letParentEnd(): void {
    if (this.#child.stderr instanceof Socket) this.#child.stderr.unref();
    this.#child.unref();
    this.#child.channel?.unref();
  }
}

type DistributedOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;
