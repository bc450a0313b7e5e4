import { fault } from './errors.ts';

export interface InflightOptions {
  /** How long a request waits for room, in milliseconds. */
  waitMs: number;
  /** How many requests wait at most. */
  maxWaiting: number;
}

const DEFAULTS: InflightOptions = { waitMs: 30_000, maxWaiting: 256 };
const RETRY_AFTER_SECONDS = 10;

interface Waiter {
  bytes: number;
  admit: () => void;
}

/**
 * A bound on the bytes of the requests that are being received, shared by every door that takes files. Requests wait
 * in the order they came, unread, so that what they would bring stays with their senders.
 */
export class InflightBytes {
  readonly #options: InflightOptions;
  #held = 0;
  #waiting: Waiter[] = [];

  constructor(
    readonly limit: number,
    options: Partial<InflightOptions> = {},
  ) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Resolves, when there is room for a request of `bytes`, with the function that gives the room back.
   * @throws a fault with the code PAYLOAD_TOO_LARGE where there can never be room, UNAVAILABLE where there is none in
   * time, or the reason of `signal` when it is aborted.
   */
  async acquire(bytes: number, signal?: AbortSignal): Promise<() => void> {
    if (bytes > this.limit)
      throw fault('PAYLOAD_TOO_LARGE', `A request may have at most ${this.limit} bytes.`);
    signal?.throwIfAborted();
    if (this.#waiting.length > 0 || this.#held + bytes > this.limit) await this.#wait(bytes, signal);
    else this.#held += bytes;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#held -= bytes;
      this.#admit();
    };
  }

  async #wait(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#options.maxWaiting) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { bytes, admit: resolve };
    this.#waiting.push(waiter);
    const leave = (reason: unknown) => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      reject(reason);
      this.#admit();
    };
    const timer = setTimeout(() => leave(busy()), this.#options.waitMs);
    const abort = () => leave(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** The first in the queue goes first, even where a later one would fit already: nobody waits for ever. */
  #admit(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      if (this.#held + first.bytes > this.limit) return;
      this.#waiting.shift();
      this.#held += first.bytes;
      first.admit();
    }
  }
}

function busy() {
  return fault(
    'UNAVAILABLE',
    'Too much is being uploaded just now; try again in a moment.',
    RETRY_AFTER_SECONDS,
  );
}
