import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import fresh from 'fresh';
import parseRange from 'range-parser';
import { type ByteRange, ObjectNotFoundError, type ObjectStore } from '../../storage/object-store.ts';

/** An object and the headers that describe it. */
export interface Media {
  key: string;
  sizeBytes: number;
  /** A strong ETag, including its quotes: equal only for equal bytes. */
  etag: string;
  contentType: string;
  cacheControl: string;
  /** The filename under which browsers save the object. If undefined, they display it inline. */
  attachment?: string;
  lastModified?: Date;
}

/**
 * Milliseconds without progress after which a client is considered gone. Its file and connection are then closed.
 */
const STALL_MS = 60_000;

/**
 * The bytes come from users, and a browser could interpret some formats as a page. These headers prevent browsers
 * from running, embedding or sniffing the bytes.
 */
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

type Headers = Record<string, string | number>;

interface Validators {
  etag: string;
  'last-modified'?: string;
}

/** For a response without the object's bytes, which must not be cached in their place. */
const NOT_CACHED: Headers = { 'Cache-Control': 'no-store', 'Content-Length': 0 };

/**
 * Responds to a GET or HEAD with an object's bytes. Supports conditional requests and single ranges as defined in
 * RFC 9110, sections 13 and 14. A request for several ranges receives the whole object. A conditional response
 * without a body does not access the store. Resolves when the response is sent or the client has disconnected.
 * @param options.stallMs milliseconds without progress after which the connection is closed; defaults to 60,000
 * @param options.redirect whether to redirect a GET to the object's URL, if the store has one
 * @throws ObjectNotFoundError, StorageUnavailableError before any header is set, so that the caller can respond
 * @throws the error of a read that fails while bytes are sent; `res.headersSent` is then true. The connection is
 * closed, so that a client cannot mistake a part for the whole object.
 */
export async function deliver(
  req: Request,
  res: Response,
  store: ObjectStore,
  media: Media,
  { stallMs = STALL_MS, redirect = false }: { stallMs?: number; redirect?: boolean } = {},
): Promise<void> {
  const { key, sizeBytes, etag } = media;
  const validators: Validators = {
    etag,
    ...(media.lastModified && { 'last-modified': media.lastModified.toUTCString() }),
  };
  const status = evaluateConditions(req.headers, validators);
  if (status) return respond(res, status, status === 304 ? headersOf(media, validators) : NOT_CACHED);

  const redirection = redirect && req.method === 'GET' ? await redirectionHeaders(store, media) : null;
  if (redirection) return respond(res, 302, redirection);

  // HTTP does not define Range for HEAD.
  const range = req.method === 'GET' ? requestedRange(req.headers, media) : null;
  if (range === 'unsatisfiable') {
    return respond(res, 416, { ...NOT_CACHED, 'Content-Range': `bytes */${sizeBytes}` });
  }
  const headers = {
    ...headersOf(media, validators),
    'Content-Type': media.contentType,
    'Content-Length': range ? range.end - range.start + 1 : sizeBytes,
    ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${sizeBytes}` }),
    ...(media.attachment !== undefined && { 'Content-Disposition': disposition(media.attachment) }),
  };
  if (req.method === 'HEAD') {
    if (!(await store.find(key))) throw new ObjectNotFoundError('No object has this key.');
    return respond(res, 200, headers);
  }
  const bytes = await store.read(key, range ?? undefined);
  start(res, range ? 206 : 200, headers);
  return send(bytes, headers['Content-Length'], res, stallMs);
}

function headersOf(media: Media, validators: Validators): Headers {
  return {
    ETag: validators.etag,
    ...(validators['last-modified'] && { 'Last-Modified': validators['last-modified'] }),
    'Cache-Control': media.cacheControl,
    'Accept-Ranges': 'bytes',
  };
}

function disposition(filename: string): string {
  // A lone surrogate cannot be encoded.
  return contentDisposition(filename.toWellFormed());
}

/** The headers that redirect a client to the object's URL in the store; null if the store has no URLs. */
async function redirectionHeaders(
  store: ObjectStore,
  { key, contentType, attachment, cacheControl }: Media,
): Promise<Headers | null> {
  const found = await store.urlOf(key, {
    contentType,
    disposition: attachment === undefined ? 'inline' : disposition(attachment),
  });
  if (!found) return null;
  // If the object may be cached, the redirect may be cached for as long as the URL stays the same.
  const isCacheable = !/no-cache|no-store/.test(cacheControl);
  return {
    Location: found.url,
    'Cache-Control': isCacheable ? `private, max-age=${found.sameForSeconds}` : 'private, no-store',
    'Content-Length': 0,
  };
}

function start(res: Response, status: number, headers: Headers): void {
  res.status(status);
  // Express's `set` would add a charset to text types.
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...headers })) res.setHeader(name, value);
}

function respond(res: Response, status: number, headers: Headers): void {
  start(res, status, headers);
  res.end();
}

/**
 * The status to send instead of the bytes because of a condition in the request; null if the bytes must be sent.
 */
function evaluateConditions(headers: IncomingHttpHeaders, validators: Validators): 304 | 412 | null {
  const ifMatch = headers['if-match'];
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  if (ifMatch !== undefined) {
    const tags = new Set(ifMatch.split(',').map((tag) => tag.trim()));
    if (!tags.has('*') && !tags.has(validators.etag)) return 412;
  } else if (Date.parse(validators['last-modified'] ?? '') > unmodifiedSince) {
    return 412;
  }
  // Cache-Control is omitted, because `fresh` treats its no-cache as a request for the bytes. fetch() sends
  // no-cache whenever a program sets If-None-Match.
  const conditions = {
    'if-none-match': headers['if-none-match'],
    'if-modified-since': headers['if-modified-since'],
  };
  return fresh(conditions, { ...validators }) ? 304 : null;
}

/** The single range of bytes that is requested; null if the whole object must be sent. */
function requestedRange(
  headers: IncomingHttpHeaders,
  { etag, sizeBytes }: Media,
): ByteRange | 'unsatisfiable' | null {
  const { range, 'if-range': ifRange } = headers;
  if (range === undefined || sizeBytes === 0) return null;
  // A date would have to be a strong validator (RFC 9110, section 13.1.5), so only the ETag is supported.
  if (ifRange !== undefined && ifRange !== etag) return null;
  // A suffix longer than the object selects the whole object (RFC 9110, section 14.1.2), but range-parser treats it
  // as unsatisfiable.
  const suffix = /^bytes=\s*-(\d+)\s*$/i.exec(range)?.[1];
  if (suffix !== undefined && Number(suffix) >= sizeBytes) return { start: 0, end: sizeBytes - 1 };
  const ranges = parseRange(sizeBytes, range);
  if (ranges === -2) return null;
  if (ranges === -1) return /^bytes=/i.test(range) ? 'unsatisfiable' : null;
  const [only] = ranges;
  return ranges.type.toLowerCase() === 'bytes' && ranges.length === 1 && only ? only : null;
}

async function send(bytes: Readable, length: number, res: Response, stallMs: number): Promise<void> {
  res.setTimeout(stallMs, () => res.destroy());
  let failure: unknown = null;
  const checked = async function* (source: AsyncIterable<Buffer>) {
    try {
      yield* exactly(source, length);
    } catch (error) {
      // The source also fails if the client disconnects, which is not an error.
      if (!res.closed) failure = error;
      throw error;
    }
  };
  try {
    await pipeline(bytes, checked, res);
  } catch (error) {
    if (failure !== null) throw failure;
    if (!res.closed) throw error;
  }
}

/**
 * Passes on the bytes of `source`.
 * @throws Error if there are more or fewer than `length` bytes
 */
async function* exactly(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of source) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new Error('The size of the object differs from its recorded size.');
}
