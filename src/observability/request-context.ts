import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ReqId } from 'pino-http';

declare module 'http' {
  interface IncomingMessage {
    /** Name of the GraphQL operation, if it is known. */
    operationName?: string;
  }
}

const requests = new AsyncLocalStorage<IncomingMessage>();

/** Returns the ID of a request, or undefined if none has been assigned yet. */
export function requestIdOf({ id }: { id?: ReqId | undefined }): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

/** Runs `work`. Log lines written by it, and by asynchronous calls it starts, contain the fields of `request`. */
export function inRequest<T>(request: IncomingMessage, work: () => T): T {
  return requests.run(request, work);
}

/** Fields that identify the request of a log line. Unknown fields are undefined. */
export interface RequestFields {
  requestId?: string | undefined;
  traceId?: string | undefined;
  /** The identity's `sub`. */
  userId?: string | undefined;
}

/** Returns the fields of a request, which defaults to the current one. Returns no fields outside a request. */
export function requestFields(request: IncomingMessage | undefined = requests.getStore()): RequestFields {
  if (!request) return {};
  return {
    requestId: requestIdOf(request),
    traceId: traceIdOf(request.headers),
    userId: request.identity?.sub,
  };
}

/**
 * Returns the trace ID of a request as 32 lowercase hexadecimal digits, or undefined if it has none. Reads
 * `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header), or else the older
 * `X-Cloud-Trace-Context` of Google Cloud.
 */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const w3c = /^(?!ff)[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}(?:$|-)/.exec(
    String(headers['traceparent']),
  );
  const google = /^([\da-f]{32})(?:$|[/;])/i.exec(String(headers['x-cloud-trace-context']));
  return [w3c, google].map((match) => match?.[1]?.toLowerCase()).find((id) => id && !/^0+$/.test(id));
}
