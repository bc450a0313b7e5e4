import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { pipeline, Readable } from 'node:stream';
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
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);
  // What fails is told by the request's own events; an answer may come before all is sent.
  if (body) pipeline(Readable.from(bytesOf(body)), sent, () => undefined);
  else sent.end();
  return promise;
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

function toWeb(answer: IncomingMessage): ReadableStream {
  return Readable.toWeb(answer);
}
