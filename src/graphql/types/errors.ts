import { GraphQLError } from 'graphql';

/** Codes of top-level errors, each with the HTTP status of a response that contains it. */
export const HTTP_STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  GRAPHQL_PARSE_FAILED: 400,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof HTTP_STATUS;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(HTTP_STATUS, code);
}

/** Details of a fault that are sent to the client in addition to its code and message. */
export interface FaultDetails {
  /** Seconds after which the client may retry, sent in the Retry-After header. */
  retryAfterSeconds?: number;
  /** Distinguishes faults that have the same code but that a client handles differently. */
  reason?: 'UNKNOWN_DOCUMENT';
}

/** Error that fails a whole field or request. The message is sent to the client unchanged. */
export class FaultError extends GraphQLError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly details: FaultDetails = {},
  ) {
    const { retryAfterSeconds } = details;
    const headers = new Map<string, string>();
    if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
    super(message, { extensions: { code, http: { status: HTTP_STATUS[code], headers } } });
  }
}

/** Creates a FaultError. `retryAfterSeconds` is sent in the Retry-After header. */
export function fault(code: ErrorCode, message: string, retryAfterSeconds?: number): FaultError {
  return new FaultError(code, message, { retryAfterSeconds });
}

/** Creates a FaultError for invalid arguments. The message must name the values that are allowed. */
export function badUserInput(message: string): FaultError {
  return fault('BAD_USER_INPUT', message);
}

/**
 * Refuses a list argument with more than `max` entries.
 * @param verb the first word of the advice
 * @throws BAD_USER_INPUT
 */
export function checkEntries(
  name: string,
  list: readonly unknown[],
  max: number,
  verb: 'Send' | 'Declare' | 'Complete' = 'Send',
): void {
  if (list.length > max)
    throw badUserInput(`${name} must have at most ${max} entries. ${verb} the rest in another request.`);
}
