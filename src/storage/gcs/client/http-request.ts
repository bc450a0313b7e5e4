import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { type Block, bytesOf, sizeOf } from './block.ts';

/** Milliseconds that a connection is kept for the next request. */
const KEEP_MS = 15_000;
const HTTP = new HttpAgent({ keepAlive: true, timeout: KEEP_MS });
const HTTPS = new HttpsAgent({ keepAlive: true, timeout: KEEP_MS });

export interface HttpRequest {
  method: string;
  headers: Headers;
  body: readonly Block[] | null;
  /** Ends the request, and an answer that is being read. */
  signal: AbortSignal;
}

/**
 * As `fetch` without redirects. That holds every byte of a request's body until the answer is there, in case of a redirect:
 * an upload that stands still would take as much memory as was sent of it.
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
  sent.once('response', (answer) => resolve(toResponse(sent, answer)));
  sent.on('error', reject);
  sent.once('close', () => signal.removeEventListener('abort', end));
  signal.addEventListener('abort', end);
  sendBody(sent, body ?? []).catch((error: Error) => sent.destroy(error));
  return promise;
}

/** As fast as the other end takes it, until the request is over; an answer may come before all is sent. */
async function sendBody(sent: ClientRequest, body: readonly Block[]): Promise<void> {
  for await (const bytes of bytesOf(body)) {
    if (sent.destroyed) return;
    if (!sent.write(bytes)) await movesOn(sent);
  }
  sent.end();
}

function movesOn(sent: ClientRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  sent.once('drain', resolve);
  sent.once('close', resolve);
  return promise.finally(() => sent.off('drain', resolve).off('close', resolve));
}

function toResponse(sent: ClientRequest, answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 0;
  // What was answered before it was sent is not sent on.
  answer.once('end', () => {
    if (!sent.writableFinished) sent.destroy();
  });
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct))
    for (const value of values) headers.append(name, value);
  const isEmpty = status === 204 || status === 304;
  if (isEmpty) answer.resume();
  return new Response(isEmpty ? null : toWeb(answer), { status, headers });
}

/** A type that is the same to Node's own declarations and to those of browsers. */
function toWeb(answer: IncomingMessage): ReadableStream {
  return Readable.toWeb(answer) as ReadableStream;
}
