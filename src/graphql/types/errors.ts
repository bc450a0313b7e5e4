import { GraphQLError } from 'graphql';

/** The codes of top-level errors and the HTTP status of an answer that carries one. */
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

/** What a client is told of a fault beside its code and message. */
export interface FaultDetails {
  /** When it is worth asking again, sent as the header Retry-After. */
  retryAfterSeconds?: number;
  /** Where a program has to tell faults of one code apart. */
  reason?: 'UNKNOWN_DOCUMENT';
}

/** A fault of a whole field or request. The message is shown to the client as it is. */
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

export function fault(code: ErrorCode, message: string, retryAfterSeconds?: number): FaultError {
  return new FaultError(code, message, { retryAfterSeconds });
}

/** The client's arguments are at fault; the message says what is allowed. */
export function badUserInput(message: string): FaultError {
  return fault('BAD_USER_INPUT', message);
}
