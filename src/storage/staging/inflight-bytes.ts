import { fault } from '../../graphql/types/errors.ts';

export interface InflightOptions {
  /** The maximum time that a request waits to be admitted, in milliseconds. */
  waitMs: number;
  /** The maximum number of waiting requests. */
  maxWaiting: number;
}

const DEFAULTS: InflightOptions = { waitMs: 30_000, maxWaiting: 256 };
const RETRY_AFTER_SECONDS = 10;

interface Request {
  bytes: number;
  /** The user whose share of the limit applies; no share applies if it is undefined. */
  userId: string | undefined;
}

interface Waiter extends Request {
  admit: () => void;
}

/**
 * Limits the total bytes of the requests that are being received, for all upload doors together. Requests wait in
 * the order of their arrival and are not read while they wait, so that their bytes stay with the client. All
 * requests of a user together may hold at most half of the limit, unless there is only one. A request that waits
 * because of its user's share does not delay other users.
 */
export class InflightBytes {
  readonly #options: InflightOptions;
  readonly #heldBy = new Map<string, number>();
  #held = 0;
  #waiting: Waiter[] = [];

  constructor(
    readonly limit: number,
    options: Partial<InflightOptions> = {},
  ) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Waits until a request of `bytes` bytes is admitted.
   * @param signal stops waiting when it is aborted
   * @param userId the user whose share of the limit applies
   * @returns a function that releases the bytes; further calls of it have no effect
   * @throws a fault with the code PAYLOAD_TOO_LARGE if `bytes` exceeds the limit
   * @throws a fault with the code UNAVAILABLE if the request is not admitted in time, or if too many are waiting
   * @throws the reason of `signal` if it is aborted
   */
  async acquire(bytes: number, signal?: AbortSignal, userId?: string): Promise<() => void> {
    if (bytes > this.limit)
      throw fault('PAYLOAD_TOO_LARGE', `A request may have at most ${this.limit} bytes.`);
    signal?.throwIfAborted();
    const request = { bytes, userId };
    const isBehind = this.#waiting.some((other) => this.#isWithinShare(other));
    if (isBehind || !this.#isWithinShare(request) || this.#held + bytes > this.limit)
      await this.#wait(request, signal);
    else this.#hold(request, bytes);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#hold(request, -bytes);
      this.#admit();
    };
  }

  #isWithinShare({ bytes, userId }: Request): boolean {
    const held = userId === undefined ? 0 : (this.#heldBy.get(userId) ?? 0);
    return held === 0 || held + bytes <= this.limit / 2;
  }

  #hold({ userId }: Request, bytes: number): void {
    this.#held += bytes;
    if (userId === undefined) return;
    const held = (this.#heldBy.get(userId) ?? 0) + bytes;
    if (held > 0) this.#heldBy.set(userId, held);
    else this.#heldBy.delete(userId);
  }

  async #wait(request: Request, signal?: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#options.maxWaiting) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { ...request, admit: resolve };
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

  /** Admits the first waiting request even if only a later, smaller one would fit. This prevents starvation. */
  #admit(): void {
    for (;;) {
      const first = this.#waiting.find((waiter) => this.#isWithinShare(waiter));
      if (!first || this.#held + first.bytes > this.limit) return;
      this.#waiting = this.#waiting.filter((other) => other !== first);
      this.#hold(first, first.bytes);
      first.admit();
    }
  }
}

function busy() {
  return fault(
    'UNAVAILABLE',
    'Too many uploads are in progress; try again in a moment.',
    RETRY_AFTER_SECONDS,
  );
}
