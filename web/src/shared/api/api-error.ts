/**
 * Why there is no answer:
 *   offline       the service cannot be reached
 *   signed-out    the session at the proxy in front has expired
 *   rate-limited  too much was asked in a minute
 *   outdated      this page is of another version than the service
 *   refused       the service will not do it, whoever asks again
 *   fault         the service failed; asking again may help
 */
export type ApiErrorKind = 'offline' | 'signed-out' | 'rate-limited' | 'outdated' | 'refused' | 'fault';

interface Details {
  cause?: unknown;
  /** By which the service's log tells what happened. */
  requestId?: string | undefined;
  retryAfterMs?: number;
}

/** A request that had no answer. What a person did wrong is no such error: it comes as a UserError in the answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly requestId: string | undefined;
  readonly retryAfterMs: number;

  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    { cause, requestId, retryAfterMs = 0 }: Details = {},
  ) {
    super(message, { cause });
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The kind of any error; what is not an ApiError is a fault of this page. */
export function kindOf(error: unknown): ApiErrorKind {
  return error instanceof ApiError ? error.kind : 'fault';
}
