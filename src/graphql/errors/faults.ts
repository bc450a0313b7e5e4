import { IdentityUnavailableError } from '../../auth/authenticator.ts';
import { DatabaseUnavailableError } from '../../database/database.ts';
import { StorageUnavailableError } from '../../storage/object-store.ts';
import { ImageProcessorUnavailableError } from '../../images/image.ts';
import { inspect } from 'node:util';
import { HttpException, Logger } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { requestFields } from '../../observability/request-context.ts';
import { LIMITS } from '../limits/limits.ts';
import { type ErrorCode, FaultError, HTTP_STATUS, isErrorCode } from '../types/errors.ts';

/** Client-visible form of an error. */
export interface Fault {
  code: ErrorCode;
  message: string;
  /** The original error, if it must be logged and not sent to the client. */
  hidden?: Error;
}

/** Thrown by the ports. The client may retry later. */
const UNAVAILABLE = [
  DatabaseUnavailableError,
  StorageUnavailableError,
  ImageProcessorUnavailableError,
  IdentityUnavailableError,
];

/** The disk is full or read-only, or too many files are open: errno(3). */
const EXHAUSTED = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE']);

/** Codes of Apollo and graphql-js for invalid requests. Their messages reveal no internals. */
const REQUEST_CODES = new Set([
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const MESSAGES = {
  UNAVAILABLE: 'The service is temporarily unavailable. Try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Internal server error.',
} as const;

/**
 * Determines the code and message that a client receives for a thrown value. The message is sent only if it is
 * known to be meant for clients; otherwise the error is returned as `hidden`.
 */
export function faultOf(error: unknown): Fault {
  if (error instanceof GraphQLError) return faultOfGraphQL(error);
  if (!(error instanceof Error))
    return hidden(
      'INTERNAL_SERVER_ERROR',
      new Error(`A value that is not an Error was thrown: ${inspect(error)}`),
    );
  if (UNAVAILABLE.some((type) => error instanceof type) || EXHAUSTED.has(String(propertyOf(error, 'code'))))
    return hidden('UNAVAILABLE', error);
  if (error instanceof HttpException) return faultOfStatus(error.getStatus(), error.message, error);
  // `expose` marks errors of body-parser (npm http-errors) whose message is meant for clients.
  const status = propertyOf(error, 'status');
  if (typeof status !== 'number') return hidden('INTERNAL_SERVER_ERROR', error);
  return faultOfStatus(
    status,
    propertyOf(error, 'expose') === true ? messageOf(error) : 'Bad request.',
    error,
  );
}

function faultOfGraphQL(error: GraphQLError): Fault {
  const { message, originalError, extensions } = error;
  const { code } = extensions;
  if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') return { code, message };
  if (REQUEST_CODES.has(String(code)) || isArgumentError(originalError ?? error))
    return { code: 'BAD_USER_INPUT', message };
  return originalError ? faultOf(originalError) : hidden('INTERNAL_SERVER_ERROR', error);
}

/**
 * Whether graphql-js threw the error for an invalid argument. It detects a null variable for a non-null argument
 * only when it executes the field. Errors of graphql-js contain nodes of the document; errors of resolvers do not
 * when they are thrown.
 */
function isArgumentError(error: Error): boolean {
  return (
    error instanceof GraphQLError && error.message.startsWith('Argument "') && Boolean(error.nodes?.length)
  );
}

function faultOfStatus(status: number, message: string, error: Error): Fault {
  if (status === HTTP_STATUS.UNAVAILABLE) return hidden('UNAVAILABLE', error);
  if (status < 400 || status >= 500) return hidden('INTERNAL_SERVER_ERROR', error);
  for (const code of ['UNAUTHENTICATED', 'FORBIDDEN', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED'] as const)
    if (HTTP_STATUS[code] === status) return { code, message };
  return { code: 'BAD_USER_INPUT', message };
}

function messageOf(error: Error): string {
  const type = propertyOf(error, 'type');
  if (type === 'entity.parse.failed') return 'The request body must be a JSON object.';
  if (type === 'entity.too.large') return `The request body must not exceed ${LIMITS.bodyBytes} bytes.`;
  return error.message;
}

function hidden(code: keyof typeof MESSAGES, error: Error): Fault {
  return { code, message: MESSAGES[code], hidden: error };
}

function propertyOf(error: Error, name: string): unknown {
  return Reflect.get(error, name);
}

/** Formats an error for the response. `requestId` defaults to the ID of the current request. */
export function formatFault(
  error: unknown,
  { locations, path }: Pick<GraphQLFormattedError, 'locations' | 'path'> = {},
  requestId = requestFields().requestId,
): GraphQLFormattedError {
  const { code, message } = faultOf(error);
  const { reason } = error instanceof FaultError ? error.details : {};
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code, ...(reason && { reason }), requestId: requestId ?? '' },
  };
}

/** Returns the highest HTTP status of a response's errors, or undefined if it has none. */
export function statusOf(errors: readonly GraphQLFormattedError[] = []): number | undefined {
  const statuses = errors.map(({ extensions }) => {
    const code = extensions?.['code'];
    return isErrorCode(code) ? HTTP_STATUS[code] : HTTP_STATUS.INTERNAL_SERVER_ERROR;
  });
  return statuses.length > 0 ? Math.max(...statuses) : undefined;
}

const logger = new Logger('GraphQL');

/** Logs the errors that are hidden from clients. An error that failed several fields is logged once. */
export function logHidden(errors: readonly unknown[]): void {
  const logged = new Set<string>();
  for (const { code, hidden: error } of errors.map(faultOf)) {
    if (error === undefined || logged.has(String(error))) continue;
    logged.add(String(error));
    if (code === 'UNAVAILABLE') logger.warn(error);
    else logger.error(error);
  }
}
