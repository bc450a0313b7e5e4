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

/** What a client is told of an error. */
export interface Fault {
  code: ErrorCode;
  message: string;
  /** The error itself, where it is for the log and not for the client. */
  hidden?: Error;
}

/** Thrown by the ports; the request may be repeated later. */
const UNAVAILABLE = [
  DatabaseUnavailableError,
  StorageUnavailableError,
  ImageProcessorUnavailableError,
  IdentityUnavailableError,
];

/** No room on the disk, or no more open files: errno(3). */
const EXHAUSTED = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE']);

/** Apollo's and graphql-js' own, which are about the request and name nothing of the inside. */
const REQUEST_CODES = new Set([
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const MESSAGES = {
  UNAVAILABLE: 'The service cannot do this just now; try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Internal server error.',
} as const;

/** Decides what a client may know of anything that was thrown. What is not known to be for its eyes is not. */
export function faultOf(error: unknown): Fault {
  if (error instanceof GraphQLError) return faultOfGraphQL(error);
  if (!(error instanceof Error))
    return hidden('INTERNAL_SERVER_ERROR', new Error(`Thrown: ${inspect(error)}`));
  if (UNAVAILABLE.some((type) => error instanceof type) || EXHAUSTED.has(String(propertyOf(error, 'code'))))
    return hidden('UNAVAILABLE', error);
  if (error instanceof HttpException) return faultOfStatus(error.getStatus(), error.message, error);
  // body-parser's errors (npm http-errors) say by `expose` that their message is for the client.
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
 * graphql-js finds a null variable for an argument that takes none only when it executes the field. Its own errors
 * point into the document; those of resolvers are given a place only after they are thrown.
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
  if (type === 'entity.parse.failed') return 'The body of the request must be a JSON object.';
  if (type === 'entity.too.large')
    return `The body of the request may have at most ${LIMITS.bodyBytes} bytes.`;
  return error.message;
}

function hidden(code: keyof typeof MESSAGES, error: Error): Fault {
  return { code, message: MESSAGES[code], hidden: error };
}

function propertyOf(error: Error, name: string): unknown {
  return Reflect.get(error, name);
}

/** An error as it leaves the service. The request is the one that is being answered, or `requestId` says. */
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

/** The status of the worst of the errors of an answer, or undefined where there are none. */
export function statusOf(errors: readonly GraphQLFormattedError[] = []): number | undefined {
  const statuses = errors.map(({ extensions }) => {
    const code = extensions?.['code'];
    return isErrorCode(code) ? HTTP_STATUS[code] : HTTP_STATUS.INTERNAL_SERVER_ERROR;
  });
  return statuses.length > 0 ? Math.max(...statuses) : undefined;
}

const logger = new Logger('GraphQL');

/** Logs what clients are not told, each error once however many fields it failed. */
export function logHidden(errors: readonly unknown[]): void {
  const logged = new Set<string>();
  for (const { code, hidden: error } of errors.map(faultOf)) {
    if (error === undefined || logged.has(String(error))) continue;
    logged.add(String(error));
    if (code === 'UNAVAILABLE') logger.warn(error);
    else logger.error(error);
  }
}
