import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { type Block, bytesOf, sizeOf } from './block.ts';

/** How long an idle connection is kept open for the next request. */
const KEEP_ALIVE_MS = 15_000;
const HTTP = new HttpAgent({ keepAlive: true, timeout: KEEP_ALIVE_MS });
const HTTPS = new HttpsAgent({ keepAlive: true, timeout: KEEP_ALIVE_MS });

export interface HttpRequest {
  method: string;
  headers: Headers;
  body: readonly Block[] | null;
  /** Aborts the request, or the reading of its response. */
  signal: AbortSignal;
}

/**
 * Like `fetch`, but does not follow redirects. `fetch` holds all bytes of a request body in memory until the
 * response arrives, in case of a redirect, so that a stalled upload would occupy as much memory as the bytes sent
 * so far.
 */
export function sendRequest(url: URL, { method, headers, body, signal }: HttpRequest): Promise<Response> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const length = body?.reduce((sum, block) => sum + sizeOf(block), 0);
  const options = {
    method,
    headers: { ...Object.fromEntries(headers), ...(length !== undefined && { 'content-length': length }) },
  };
  const sent =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, agent: HTTPS })
      : requestHttp(url, { ...options, agent: HTTP });
  const end = (): void => void sent.destroy(signal.reason);
  sent.once('response', (incoming) => resolve(toResponse(sent, incoming)));
  sent.on('error', reject);
  sent.once('close', () => signal.removeEventListener('abort', end));
  signal.addEventListener('abort', end);
  sendBody(sent, body ?? []).catch((error: Error) => sent.destroy(error));
  return promise;
}

/**
 * Sends bytes as fast as the server accepts them. Stops early if the server responds before it has received all.
 */
async function sendBody(sent: ClientRequest, body: readonly Block[]): Promise<void> {
  for await (const bytes of bytesOf(body)) {
    if (sent.destroyed) return;
    if (!sent.write(bytes)) await drained(sent);
  }
  sent.end();
}

/** Resolves when the request accepts more bytes, or is closed. */
function drained(sent: ClientRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  sent.once('drain', resolve);
  sent.once('close', resolve);
  return promise.finally(() => sent.off('drain', resolve).off('close', resolve));
}

function toResponse(sent: ClientRequest, incoming: IncomingMessage): Response {
  const status = incoming.statusCode ?? 0;
  // The rest of a request body is not sent if the server has already responded.
  incoming.once('end', () => {
    if (!sent.writableFinished) sent.destroy();
  });
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct))
    for (const value of values) headers.append(name, value);
  const isEmpty = status === 204 || status === 304;
  if (isEmpty) incoming.resume();
  return new Response(isEmpty ? null : toWeb(incoming), { status, headers });
}

/** The cast is needed because Node and the DOM declare different types of ReadableStream. */
function toWeb(incoming: IncomingMessage): ReadableStream {
  return Readable.toWeb(incoming) as ReadableStream;
}
