import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What goes wrong. Bytes are those of the body: of the answer for GET, of the request for all else; a body that is
 * shorter fails at its end.
 */
export type Fault =
  /** Answered so, with nothing done. `retryAfter` is in seconds. */
  | { status: number; retryAfter?: number }
  /** Answered as if there were no bucket of this name. */
  | { bucketGone: true }
  /** The connection is reset after so many bytes. */
  | { reset: number }
  /** Nothing moves after so many bytes, for `ms` milliseconds, until `release` or until the connection ends. */
  | { stall: number; ms?: number }
  /** A byte of the answer comes each so many milliseconds. */
  | { trickle: number }
  /** The object is told with a CRC32C that is not that of its bytes. */
  | { wrongCrc32c: true }
  /** The request is done, and the connection reset in place of the answer. */
  | { loseAnswer: true }
  /** Milliseconds before anything is done. */
  | { delay: number };

export interface FaultRule {
  /** Such as PUT; any when left out, but for a browser's preflights, OPTIONS. */
  method?: string;
  /** Of the decoded path without its query: the whole of it, or what it must match. */
  path?: string | RegExp;
  /** A route's name, such as objects.get; all are in routes.ts. */
  operation?: string;
  /** How many requests fail; 1 when left out. */
  times?: number;
  fault: Fault;
}

interface FaultyRequest {
  method: string;
  path: string;
  operation: string;
}

/** The rules by which requests fail: the first that fits a request is used on it, and used up. */
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

  /** How many requests are still to fail. */
  get pending(): number {
    return this.#rules.reduce((sum, rule) => sum + rule.left, 0);
  }

  /** How many requests stand still now. */
  get stalled(): number {
    return this.#stalled;
  }

  /** What stands still goes on; what is still to fail does not. */
  release(): void {
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }

  /** Stands still so many milliseconds, or until `release`. @throws an AbortError where `gone` is aborted first */
  async stall(ms: number, gone: AbortSignal): Promise<void> {
    const over = new AbortController();
    this.#stalled++;
    try {
      await Promise.race([
        sleep(ms, undefined, { signal: AbortSignal.any([gone, over.signal]) }),
        this.#released.promise,
      ]);
    } finally {
      this.#stalled--;
      over.abort();
    }
  }

  take(request: FaultyRequest): Fault | null {
    const rule = this.#rules.find((rule) => fits(rule, request));
    if (!rule) return null;
    rule.left--;
    this.#rules = this.#rules.filter(({ left }) => left > 0);
    return rule.fault;
  }
}

function fits({ method, path, operation }: FaultRule, request: FaultyRequest): boolean {
  return (
    (method?.toUpperCase() ?? (request.method === 'OPTIONS' ? null : request.method)) === request.method &&
    (operation === undefined || operation === request.operation) &&
    (path === undefined || (typeof path === 'string' ? path === request.path : path.test(request.path)))
  );
}
