import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import fresh from 'fresh';
import parseRange from 'range-parser';
import { type ByteRange, ObjectNotFoundError, type ObjectStore } from '../../storage/object-store.ts';

/** An object and how it is presented. */
export interface Media {
  key: string;
  sizeBytes: number;
  /** Strong, with its quotes; the same only for the same bytes. */
  etag: string;
  contentType: string;
  cacheControl: string;
  /** The name of the file it is saved as; without one it is shown in its place. */
  attachment?: string;
  lastModified?: Date;
}

/** A client that takes no byte for so long has gone away; its file and connection are let go. */
const STALL_MS = 60_000;

/** The bytes are a person's, of formats that a browser could take for a page: it runs, embeds and guesses nothing. */
const GUARDS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

type Headers = Record<string, string | number>;

interface Validators {
  etag: string;
  'last-modified'?: string;
}

/** An answer without the object's bytes that must not be kept for them. */
const NOT_KEPT: Headers = { 'Cache-Control': 'no-store', 'Content-Length': 0 };

/**
 * Answers a GET or HEAD with an object's bytes: conditional requests and single ranges as in RFC 9110 (13, 14); several
 * ranges are answered with the whole. With `redirect`, a store whose objects have URLs is where a GET is sent to. A conditional answer without a body does not look at the store.
 *
 * Resolves when the answer is sent or the client went away. Before anything is sent or set it throws ObjectNotFoundError
 * or StorageUnavailableError, for the caller to answer. Bytes that fail in the middle cut the connection, so that no part
 * passes for the whole, and this throws what failed: `res.headersSent` is true then.
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
  const refusal = evaluate(req.headers, validators);
  if (refusal) return answer(res, refusal, refusal === 304 ? headersOf(media, validators) : NOT_KEPT);

  const elsewhere = redirect && req.method === 'GET' ? await locate(store, media) : null;
  if (elsewhere) return answer(res, 302, elsewhere);

  // Of HEAD, a Range is not defined.
  const range = req.method === 'GET' ? requestedRange(req.headers, media) : null;
  if (range === 'unsatisfiable') {
    return answer(res, 416, { ...NOT_KEPT, 'Content-Range': `bytes */${sizeBytes}` });
  }
  const headers = {
    ...headersOf(media, validators),
    'Content-Type': media.contentType,
    'Content-Length': range ? range.end - range.start + 1 : sizeBytes,
    ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${sizeBytes}` }),
    ...(media.attachment !== undefined && { 'Content-Disposition': disposition(media.attachment) }),
  };
  if (req.method === 'HEAD') {
    if (!(await store.find(key))) throw new ObjectNotFoundError('There is no such object.');
    return answer(res, 200, headers);
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
  // Half of a surrogate pair has no encoding.
  return contentDisposition(filename.toWellFormed());
}

/** The headers that send a client to where the store has the object itself; null where it has no such place. */
async function locate(store: ObjectStore, { key, contentType, attachment, cacheControl }: Media) {
  const found = await store.urlOf(key, {
    contentType,
    disposition: attachment === undefined ? 'inline' : disposition(attachment),
  });
  if (!found) return null;
  // What may be kept at all is found again without asking for as long as the URL is the same.
  const isKept = !/no-cache|no-store/.test(cacheControl);
  return {
    Location: found.url,
    'Cache-Control': isKept ? `private, max-age=${found.sameForSeconds}` : 'private, no-store',
    'Content-Length': 0,
  };
}

function start(res: Response, status: number, headers: Headers): void {
  res.status(status);
  // Not Express's `set`, which adds a charset to types of text.
  for (const [name, value] of Object.entries({ ...GUARDS, ...headers })) res.setHeader(name, value);
}

function answer(res: Response, status: number, headers: Headers): void {
  start(res, status, headers);
  res.end();
}

/** The status of an answer that a condition of the request asks for in the place of the bytes; null for none. */
function evaluate(headers: IncomingHttpHeaders, validators: Validators): 304 | 412 | null {
  const ifMatch = headers['if-match'];
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  if (ifMatch !== undefined) {
    const tags = new Set(ifMatch.split(',').map((tag) => tag.trim()));
    if (!tags.has('*') && !tags.has(validators.etag)) return 412;
  } else if (Date.parse(validators['last-modified'] ?? '') > unmodifiedSince) {
    return 412;
  }
  // Without Cache-Control: there, `fresh` takes no-cache for an order to send the bytes again, which fetch() sends along
  // with an If-None-Match that a program set.
  const conditions = {
    'if-none-match': headers['if-none-match'],
    'if-modified-since': headers['if-modified-since'],
  };
  return fresh(conditions, { ...validators }) ? 304 : null;
}

/** The single range of bytes that is asked for; null where the whole object is the answer. */
function requestedRange(
  headers: IncomingHttpHeaders,
  { etag, sizeBytes }: Media,
): ByteRange | 'unsatisfiable' | null {
  const { range, 'if-range': ifRange } = headers;
  if (range === undefined || sizeBytes === 0) return null;
  // A date would have to be a strong validator (RFC 9110, 13.1.5); the ETag is there to be used.
  if (ifRange !== undefined && ifRange !== etag) return null;
  // A last part longer than the object is the object (RFC 9110, 14.1.2); range-parser calls it unsatisfiable.
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
      // A client that went away makes the source fail too.
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

/** Passes `length` bytes on. Throws where there are more or fewer. */
async function* exactly(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of source) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new Error('The object is not as long as it is recorded to be.');
}
