import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A simulated fault. Numbers of bytes count the response body of a GET request, and the request body of any other
 * request. If the body is shorter, the fault occurs at its end.
 */
export type Fault =
  /** The server responds with this status and does nothing else. `retryAfter` is in seconds. */
  | { status: number; retryAfter?: number }
  /** The server responds as if the bucket did not exist. */
  | { bucketGone: true }
  /** The connection is reset after this number of bytes. */
  | { reset: number }
  /**
   * The connection stalls after this number of bytes: for `ms` milliseconds, until `release` is called, or until
   * the connection is closed.
   */
  | { stall: number; ms?: number }
  /** The response body is sent byte by byte, with pauses of this number of milliseconds. */
  | { trickle: number }
  /** The server reports a CRC32C that does not match the bytes of the object. */
  | { wrongCrc32c: true }
  /** The server executes the request, but resets the connection instead of responding. */
  | { loseResponse: true }
  /** The server waits for this number of milliseconds before it does anything. */
  | { delay: number };

export interface FaultRule {
  /** A method such as PUT. By default, all methods except OPTIONS, so that preflights of browsers succeed. */
  method?: string;
  /** The decoded path without the query, or a pattern that it matches. */
  path?: string | RegExp;
  /** The name of an operation in routes.ts, such as objects.get. */
  operation?: string;
  /** The number of requests that fail. The default is 1. */
  times?: number;
  fault: Fault;
}

interface FaultyRequest {
  method: string;
  path: string;
  operation: string;
}

/**
 * The rules that determine which requests fail. The first matching rule applies. It is removed after it has applied
 * `times` times.
 */
export class Faults {
  #rules: (FaultRule & { left: number })[] = [];
  #released = Promise.withResolvers<void>();
  #stalled = 0;

  failNext(rule: FaultRule): void {
    this.#rules.push({ ...rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The number of requests that are still going to fail. */
  get pending(): number {
    return this.#rules.reduce((sum, rule) => sum + rule.left, 0);
  }

  /** The number of requests that are currently stalled. */
  get stalled(): number {
    return this.#stalled;
  }

  /** Lets stalled requests continue. Pending rules remain. */
  release(): void {
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }

  /**
   * Waits for `ms` milliseconds, or until `release` is called.
   * @throws AbortError if `closed` is aborted first
   */
  async stall(ms: number, closed: AbortSignal): Promise<void> {
    const ended = new AbortController();
    this.#stalled++;
    try {
      await Promise.race([
        sleep(ms, undefined, { signal: AbortSignal.any([closed, ended.signal]) }),
        this.#released.promise,
      ]);
    } finally {
      this.#stalled--;
      ended.abort();
    }
  }

  take(request: FaultyRequest): Fault | null {
    const rule = this.#rules.find((rule) => matches(rule, request));
    if (!rule) return null;
    rule.left--;
    this.#rules = this.#rules.filter(({ left }) => left > 0);
    return rule.fault;
  }
}

function matches({ method, path, operation }: FaultRule, request: FaultyRequest): boolean {
  return (
    (method?.toUpperCase() ?? (request.method === 'OPTIONS' ? null : request.method)) === request.method &&
    (operation === undefined || operation === request.operation) &&
    (path === undefined || (typeof path === 'string' ? path === request.path : path.test(request.path)))
  );
}
