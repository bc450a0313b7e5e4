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

/** A fault of a whole field or request. The message is shown to the client as it is. */
export function fault(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: HTTP_STATUS[code] } } });
}

/** The client's arguments are at fault; the message says what is allowed. */
export function badUserInput(message: string): GraphQLError {
  return fault('BAD_USER_INPUT', message);
}
