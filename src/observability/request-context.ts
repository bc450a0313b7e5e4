import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ReqId } from 'pino-http';

declare module 'http' {
  interface IncomingMessage {
    /** The GraphQL operation's name, where one is known. */
    operationName?: string;
  }
}

const requests = new AsyncLocalStorage<IncomingMessage>();

/** The id that a request was given, as a string; undefined before it has one. */
export function requestIdOf({ id }: { id?: ReqId | undefined }): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

/** Runs `work`: what is logged in it, and in all that it starts, carries the fields of `request`. */
export function inRequest<T>(request: IncomingMessage, work: () => T): T {
  return requests.run(request, work);
}

/** Which request a line belongs to and who sent it; undefined are the fields that are not known. */
export interface RequestFields {
  requestId?: string | undefined;
  traceId?: string | undefined;
  /** The identity's `sub`. */
  userId?: string | undefined;
}

/** The fields of a request; without one, of the request being answered, if any. */
export function requestFields(request: IncomingMessage | undefined = requests.getStore()): RequestFields {
  if (!request) return {};
  return {
    requestId: requestIdOf(request),
    traceId: traceIdOf(request.headers),
    userId: request.identity?.sub,
  };
}

/**
 * The id of the trace that a request is part of: 32 lower-case hexadecimal digits, or undefined. From `traceparent`
 * (https://www.w3.org/TR/trace-context/#traceparent-header), else from Google Cloud's older `X-Cloud-Trace-Context`.
 */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const w3c = /^(?!ff)[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}(?:$|-)/.exec(
    String(headers['traceparent']),
  );
  const google = /^([\da-f]{32})(?:$|[/;])/i.exec(String(headers['x-cloud-trace-context']));
  return [w3c, google].map((match) => match?.[1]?.toLowerCase()).find((id) => id && !/^0+$/.test(id));
}
