import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import parseRange from 'range-parser';
import { notModified, rangeNotSatisfiable } from './errors.ts';
import type { Exchange, Headers } from './exchange.ts';
import { etagOf, type StoredObject, xmlEtagOf } from './records.ts';
import type { Store } from './store.ts';

/**
 * Returns the headers with the metadata of an object. The JSON API sends the checksums in one header, the XML API
 * in two. Only the XML API sends custom metadata.
 */
export function objectHeaders(exchange: Exchange, object: StoredObject): Headers {
  const crc32c = `crc32c=${exchange.crc32c(object.crc32c)}`;
  const hashes = object.md5Hash === undefined ? [crc32c] : [crc32c, `md5=${object.md5Hash}`];
  const xml = exchange.style === 'xml';
  const custom = xml ? Object.entries(object.metadata ?? {}) : [];
  return {
    etag: xml ? xmlEtagOf(object) : etagOf(object),
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration,
    'x-goog-hash': xml ? hashes : hashes.join(','),
    'x-goog-storage-class': object.storageClass ?? 'STANDARD',
    'x-goog-stored-content-encoding': object.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': object.size,
    ...Object.fromEntries(custom.map(([name, value]) => [`x-goog-meta-${name}`, value])),
  };
}

function contentHeaders(exchange: Exchange, object: StoredObject): Headers {
  const xml = exchange.style === 'xml';
  // Parameters of signed URLs: https://cloud.google.com/storage/docs/xml-api/reference-headers#query
  const override = (name: string) => (xml ? exchange.query.get(`response-content-${name}`) : null);
  return {
    'content-type': override('type') ?? object.contentType,
    'content-disposition':
      override('disposition') ?? object.contentDisposition ?? (xml ? undefined : 'attachment'),
    'content-language': object.contentLanguage,
    'cache-control':
      object.cacheControl ?? (xml ? 'private, max-age=0' : 'no-cache, no-store, max-age=0, must-revalidate'),
    'last-modified': new Date(object.updated).toUTCString(),
    vary: 'Origin, X-Origin',
  };
}

/** Responds to GET and HEAD requests for the bytes of an object, with status 200, 206, 304 or 416. */
export async function sendObject(exchange: Exchange, store: Store, object: StoredObject): Promise<void> {
  const headers = { ...contentHeaders(exchange, object), ...objectHeaders(exchange, object) };
  if (exchange.header('if-none-match') === headers.etag) throw notModified();
  if (isDecompressed(exchange, object)) return sendDecompressed(exchange, store, object, headers);

  const range = rangeOf(exchange.header('range'), object.size);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const responseHeaders: Headers = {
    ...headers,
    'content-encoding': object.contentEncoding,
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    'content-range': range && `bytes ${start}-${end}/${object.size}`,
  };
  const status = range ? 206 : 200;
  if (exchange.method === 'HEAD' || object.size === 0) return exchange.send(status, responseHeaders);
  const file = await store.open(object);
  const bytes = file.createReadStream({ start, end, highWaterMark: 256 * 1024 });
  try {
    await exchange.stream(status, responseHeaders, bytes);
  } finally {
    bytes.destroy();
  }
}

/**
 * Parses the header Range. The result is undefined, so that the whole object is sent, if the header is missing or
 * malformed or contains several ranges.
 * @throws GcsError 416 if the range is not satisfiable
 */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  if (header === undefined) return undefined;
  const ranges = parseRange(size, header);
  if (ranges === -1) throw rangeNotSatisfiable(size);
  return ranges !== -2 && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
}

/** Returns true if the response is decompressed: https://cloud.google.com/storage/docs/transcoding */
function isDecompressed(exchange: Exchange, object: StoredObject): boolean {
  const accepts = /\bgzip\b/.test(exchange.header('accept-encoding') ?? '');
  return object.contentEncoding === 'gzip' && !accepts && !/no-transform/.test(object.cacheControl ?? '');
}

async function sendDecompressed(
  exchange: Exchange,
  store: Store,
  object: StoredObject,
  headers: Headers,
): Promise<void> {
  const responseHeaders = { ...headers, warning: '214 UploadServer gunzipped' };
  if (exchange.method === 'HEAD') return exchange.send(200, responseHeaders);
  const file = await store.open(object);
  // The callback is empty because an error in the pipeline also ends the stream that is read here.
  const bytes = pipeline(file.createReadStream(), createGunzip(), () => undefined);
  try {
    await exchange.stream(200, responseHeaders, bytes);
  } finally {
    bytes.destroy();
  }
}
