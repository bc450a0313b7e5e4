/**
 * Why a request failed:
 *   offline       the service cannot be reached
 *   signed-out    the session at the proxy in front of the service has expired
 *   rate-limited  too many requests in a minute
 *   outdated      the page has another version than the service
 *   refused       the service rejects the request, and a repetition would not help
 *   fault         the service failed, and a repetition may help
 */
export type ApiErrorKind = 'offline' | 'signed-out' | 'rate-limited' | 'outdated' | 'refused' | 'fault';

interface Details {
  cause?: unknown;
  /** Identifies the request in the log of the service. */
  requestId?: string | undefined;
  /** The delay before a repetition that the service requests, in milliseconds; 0 if it requests none. */
  retryAfterMs?: number;
}

/** A request that failed as a whole. Invalid input of the user is not an ApiError: it is a UserError in the response. */
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

/** Returns the kind of any error. An error that is not an ApiError is a bug of this page, and returns `fault`. */
export function kindOf(error: unknown): ApiErrorKind {
  return error instanceof ApiError ? error.kind : 'fault';
}
