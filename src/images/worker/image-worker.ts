import { HEAP_GROWING } from '../../config/v8-flags.ts';
import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImageProcessorUnavailableError, ImageRefusedError, type ProcessedImage } from '../image.ts';
import { residentBytes } from './process-memory.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

export interface WorkerLimits {
  /** Pixels of one image. */
  maxPixels: number;
  /** Resident memory of one worker process. */
  maxRssBytes: number;
  startTimeoutMs: number;
  jobTimeoutMs: number;
}

/** A worker process ended while it was starting or processing a file, for an unknown reason. */
export class WorkerLostError extends Error {
  override name = 'WorkerLostError';
}

const MEMORY_WATCH_MS = 100;
const PING_TIMEOUT_MS = 5000;
/** Characters of stderr in the message of a WorkerLostError. */
const MAX_STDERR = 500;
/** The id under which #start awaits `ready`, the first message of a worker. */
const START_ID = 0;

/**
 * Fewer malloc arenas and fixed thresholds reduce the memory of a worker after forty photos from 300 MB to 170 MB.
 * libvips's own buffers of a few hundred kilobytes stay below the mmap threshold, because mapping and
 * unmapping each of them costs 15 ms per photo. A worker inherits no other variables, because it decodes untrusted files.
 */
const ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '8388608',
};
const NODE_OPTIONS = ['--max-old-space-size=256', HEAP_GROWING];

/** The time limit of a request, and the error if there is no reply by then. */
interface Deadline {
  ms: number;
  error: Error;
}

interface Pending {
  resolve: (reply: WorkerReply) => void;
  reject: (error: Error) => void;
}

/** One worker process. Processes one file at a time, within limits on time and memory. */
export class ImageWorker {
  /** The performance.now() of the last message from the process. */
  lastReplyAt = -Infinity;
  /** Resolves when the process accepts requests, and rejects if it cannot be started. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  readonly #limits: WorkerLimits;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #hasEnded = false;
  #nextId = START_ID + 1;
  #jobs = 0;
  #reportedRss: number | null = null;
  #stderr = '';
  /** The error of pending requests if kill() ended the process. */
  #killReason: Error | null = null;

  constructor(limits: WorkerLimits) {
    this.#limits = limits;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#child = fork(new URL(`./worker.${extension}`, import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: NODE_OPTIONS,
      env: ENVIRONMENT,
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-MAX_STDERR);
    });
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    const end = (how: string) => {
      this.#hasEnded = true;
      ended.resolve();
      const error = this.#killReason ?? new WorkerLostError(`An image worker ended: ${how}. ${this.#stderr}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    this.#child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    // The process could not be started, or a message could not be sent to it.
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
    return !this.#hasEnded && this.#killReason === null;
  }

  get isStarting(): boolean {
    return this.isAlive && this.#pending.has(START_ID);
  }

  get isBusy(): boolean {
    return this.isAlive && this.#jobs > 0;
  }

  /** Resident memory of the process in bytes; null if unknown. */
  get rssBytes(): number | null {
    return (this.pid === undefined ? null : residentBytes(this.pid)) ?? this.#reportedRss;
  }

  /**
   * Processes the file at `path`, using `threads` threads for pixels.
   * @throws ImageRefusedError; WorkerLostError if the process dies; Error if the file cannot be opened.
   */
  async process(path: string, threads: number): Promise<ProcessedImage> {
    this.#jobs += 1;
    const memory = setInterval(() => this.#watchMemory(), MEMORY_WATCH_MS);
    try {
      const { maxPixels, jobTimeoutMs } = this.#limits;
      const error = new ImageRefusedError('INVALID_IMAGE', 'The image takes too long to decode.');
      const reply = await this.#request(
        { kind: 'process', path, maxPixels, threads },
        { ms: jobTimeoutMs, error },
      );
      if (reply.kind === 'processed') return reply.image;
      if (reply.kind === 'refused') throw new ImageRefusedError(reply.code, reply.message);
      throw new Error(
        reply.kind === 'failed' ? reply.message : `An image worker sent an unexpected reply: ${reply.kind}.`,
      );
    } finally {
      this.#jobs -= 1;
      clearInterval(memory);
    }
  }

  /**
   * Resolves if the process replies within 5 seconds, or is busy with a job, which has its own time limit. Kills
   * the process otherwise.
   * @throws WorkerLostError if the process does not reply or has ended.
   */
  async ping(): Promise<void> {
    const reply = this.#request({ kind: 'ping' }, null).then(() => true);
    reply.catch(() => undefined);
    const timeout = sleep(PING_TIMEOUT_MS, false, { ref: false });
    if ((await Promise.race([reply, timeout])) || this.isBusy) return;
    this.kill();
    throw new WorkerLostError('An image worker did not respond.');
  }

  /** Kills the process immediately; a running job fails with `reason`. */
  kill(reason: Error = new WorkerLostError('An image worker was killed.')): void {
    this.#killReason ??= reason;
    // Keeps the server running until the process has ended.
    this.#child.ref();
    this.#child.kill('SIGKILL');
  }

  async #start(): Promise<void> {
    const { startTimeoutMs } = this.#limits;
    const error = new ImageProcessorUnavailableError(
      `An image worker did not start in ${startTimeoutMs} ms.`,
    );
    await this.#wait(START_ID, { ms: startTimeoutMs, error });
    this.#unref();
  }

  #request(request: DistributedOmit<WorkerRequest, 'id'>, deadline: Deadline | null): Promise<WorkerReply> {
    const id = this.#nextId;
    this.#nextId += 1;
    const reply = this.#wait(id, deadline);
    // If the request cannot be sent, the process has ended or is killed here, and `reply` rejects.
    if (this.#child.connected) this.#child.send({ ...request, id }, (error) => error && this.kill());
    return reply;
  }

  async #wait(id: number, deadline: Deadline | null): Promise<WorkerReply> {
    if (!this.isAlive) throw this.#killReason ?? new WorkerLostError('An image worker has ended.');
    const { promise, resolve, reject } = Promise.withResolvers<WorkerReply>();
    this.#pending.set(id, { resolve, reject });
    const timer = deadline ? setTimeout(() => this.kill(deadline.error), deadline.ms) : undefined;
    this.#child.channel?.ref();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#unref();
    }
  }

  #receive(reply: WorkerReply): void {
    this.lastReplyAt = performance.now();
    if (reply.kind === 'memory') this.#reportedRss = reply.rssBytes;
    else this.#pending.get(reply.kind === 'ready' ? START_ID : reply.id)?.resolve(reply);
  }

  #watchMemory(): void {
    if ((this.rssBytes ?? 0) <= this.#limits.maxRssBytes) return;
    this.kill(
      new ImageRefusedError('IMAGE_TOO_LARGE', 'The image needs more memory than is available to decode it.'),
    );
  }

  /** Allows the server to exit while this worker is idle. */
  #unref(): void {
    if (this.#child.stderr instanceof Socket) this.#child.stderr.unref();
    this.#child.unref();
    this.#child.channel?.unref();
  }
}

type DistributedOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;
