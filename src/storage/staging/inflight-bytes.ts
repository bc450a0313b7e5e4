import { fault } from '../../graphql/types/errors.ts';

export interface InflightOptions {
  /** How long a request waits for room, in milliseconds. */
  waitMs: number;
  /** How many requests wait at most. */
  maxWaiting: number;
}

const DEFAULTS: InflightOptions = { waitMs: 30_000, maxWaiting: 256 };
const RETRY_AFTER_SECONDS = 10;

interface Request {
  bytes: number;
  /** Whose it is; undefined: nobody's in particular, and no share bounds it. */
  person: string | undefined;
}

interface Waiter extends Request {
  admit: () => void;
}

/**
 * A bound on the bytes of the requests that are being received, shared by every door that takes files. Requests wait
 * in the order they came, unread, so that what they would bring stays with their senders. A person who holds something
 * already gets no more than half of it all, and who waits for their own share holds nobody else back.
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
   * Resolves, when there is room for a request of `bytes`, with the function that gives the room back.
   * @throws a fault with the code PAYLOAD_TOO_LARGE where there can never be room, UNAVAILABLE where there is none in
   * time, or the reason of `signal` when it is aborted.
   */
  async acquire(bytes: number, signal?: AbortSignal, person?: string): Promise<() => void> {
    if (bytes > this.limit)
      throw fault('PAYLOAD_TOO_LARGE', `A request may have at most ${this.limit} bytes.`);
    signal?.throwIfAborted();
    const request = { bytes, person };
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

  #isWithinShare({ bytes, person }: Request): boolean {
    const held = person === undefined ? 0 : (this.#heldBy.get(person) ?? 0);
    return held === 0 || held + bytes <= this.limit / 2;
  }

  #hold({ person }: Request, bytes: number): void {
    this.#held += bytes;
    if (person === undefined) return;
    const held = (this.#heldBy.get(person) ?? 0) + bytes;
    if (held > 0) this.#heldBy.set(person, held);
    else this.#heldBy.delete(person);
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

  /** The first in the queue goes first, even where a later one would fit already: nobody waits for ever. */
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
    'Too much is being uploaded just now; try again in a moment.',
    RETRY_AFTER_SECONDS,
  );
}
