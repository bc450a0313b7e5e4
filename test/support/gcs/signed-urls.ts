import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GcsError } from './errors.ts';
import type { ServiceAccount } from './identity.ts';
import { decode, headerText } from './wire.ts';

/**
 * Signed URLs, version 4, with RSA keys:
 * https://cloud.google.com/storage/docs/authentication/signatures
 * https://cloud.google.com/storage/docs/authentication/canonical-requests
 */
const ALGORITHM = 'GOOG4-RSA-SHA256';
const MAX_SECONDS = 604_800;
/** The time in milliseconds by which the clock of a client may be ahead. */
const MAX_SKEW = 15 * 60 * 1000;

export interface SignedRequest {
  method: string;
  /** The path as it was sent, without decoding. */
  rawPath: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

export function isSigned(query: URLSearchParams): boolean {
  return [...query.keys()].some((name) => name.toLowerCase() === 'x-goog-signature');
}

/**
 * Checks that the account signed exactly this request and that the signature has not expired.
 * @param now the time in milliseconds since 1970
 * @throws GcsError 400 or 403 otherwise
 */
export function verifySignedUrl(request: SignedRequest, account: ServiceAccount, now: number): void {
  const parameter = (name: string): string => {
    const found = [...request.query].find(([key]) => key.toLowerCase() === name.toLowerCase());
    if (!found) throw malformed(name, `Parameter ${name} is missing.`);
    return found[1];
  };
  if (parameter('X-Goog-Algorithm') !== ALGORITHM)
    throw malformed('X-Goog-Algorithm', `The algorithm must be ${ALGORITHM}.`);
  const signedAt = parameter('X-Goog-Date');
  const date = parseDate(signedAt);
  const expires = parseExpires(parameter('X-Goog-Expires'));
  const [email, ...scope] = parameter('X-Goog-Credential').split('/');
  // Accepts any location, because clients send `auto`.
  if (!/^\d{8}\/[a-z0-9-]+\/storage\/goog4_request$/.test(scope.join('/')))
    throw malformed('X-Goog-Credential', 'The credential scope is malformed.');
  if (scope[0] !== signedAt.slice(0, 8))
    throw malformed('X-Goog-Credential', 'The date of the credential differs from X-Goog-Date.');
  const signedHeaders = checkSignedHeaders(parameter('X-Goog-SignedHeaders'), request.headers);

  const signature = parameter('X-Goog-Signature');
  const candidates = hostsOf(request.headers).map((host) => {
    const canonical = canonicalRequest(request, signedHeaders, host);
    const hash = createHash('sha256').update(canonical).digest('hex');
    return { canonical, toSign: [ALGORITHM, signedAt, scope.join('/'), hash].join('\n') };
  });
  const signed =
    email === account.email &&
    /^([0-9a-f]{2})+$/i.test(signature) &&
    candidates.some(({ toSign }) => account.hasSigned(Buffer.from(toSign), Buffer.from(signature, 'hex')));
  if (!signed) throw doesNotMatch(candidates[0]!);

  if (date > now + MAX_SKEW)
    throw new GcsError({
      status: 403,
      reason: 'forbidden',
      code: 'RequestTimeTooSkewed',
      message: 'The request is not valid yet.',
    });
  const end = date + expires * 1000;
  if (now > end)
    throw new GcsError({
      status: 400,
      reason: 'invalid',
      code: 'ExpiredToken',
      message: `Request signature expired at: ${new Date(end).toISOString().slice(0, 19)}+00:00`,
    });
}

function parseDate(value: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value);
  const date = parts ? Date.parse(`${parts.slice(1, 4).join('-')}T${parts.slice(4).join(':')}Z`) : NaN;
  if (Number.isNaN(date)) throw malformed('X-Goog-Date', 'The date must have the format 20060102T150405Z.');
  return date;
}

function parseExpires(value: string): number {
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (seconds < 1 || seconds > MAX_SECONDS)
    throw malformed('X-Goog-Expires', `The expiry must be from 1 to ${MAX_SECONDS} seconds.`);
  return seconds;
}

/**
 * Returns the names of the signed headers.
 * @throws GcsError 400 if a signed header is missing in the request, or if an x-goog- header is not signed
 */
function checkSignedHeaders(list: string, headers: IncomingMessage['headers']): string[] {
  const names = list.toLowerCase().split(';');
  if (!names.includes('host')) throw malformed('X-Goog-SignedHeaders', 'The header host must be signed.');
  for (const name of names)
    if (headers[name] === undefined)
      throw malformed(name, 'Header was included in signedheaders, but not in the request.');
  for (const name of Object.keys(headers))
    if (name.startsWith('x-goog-') && !names.includes(name))
      throw malformed(name, 'Header was included in the request, but not in signedheaders.');
  return names;
}

/**
 * Returns the values of the Host header that a client may have signed. Google's servers use the default port, so
 * that their Host header contains no port. Google's library for Node therefore always signs the host without a
 * port, whereas other clients sign the header as they send it.
 */
function hostsOf(headers: IncomingMessage['headers']): string[] {
  const host = headers.host ?? '';
  return [...new Set([host.replace(/:\d+$/, ''), host])];
}

function canonicalRequest(request: SignedRequest, signedHeaders: string[], host: string): string {
  const headers = signedHeaders.toSorted().map((name) => {
    const value = name === 'host' ? host : headerText(String(request.headers[name]));
    return `${name}:${value.trim().replaceAll(/\s+/g, ' ')}\n`;
  });
  const query = [...request.query]
    .filter(([name]) => name.toLowerCase() !== 'x-goog-signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .toSorted(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map((pair) => pair.join('='));
  const path = request.rawPath.split('/').map((part) => encode(decode(part)));
  const payload = signedHeaders.includes('x-goog-content-sha256')
    ? String(request.headers['x-goog-content-sha256'])
    : 'UNSIGNED-PAYLOAD';
  const { method } = request;
  return [method, path.join('/'), query.join('&'), headers.join(''), signedHeaders.join(';'), payload].join(
    '\n',
  );
}

/** Percent-encodes all characters except the unreserved ones of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function malformed(parameter: string, message: string): GcsError {
  return new GcsError({
    status: 400,
    reason: 'invalid',
    code: 'MalformedSecurityHeader',
    message,
    elements: { ParameterName: parameter },
  });
}

function doesNotMatch({ canonical, toSign }: { canonical: string; toSign: string }): GcsError {
  return new GcsError({
    status: 403,
    reason: 'forbidden',
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.',
    elements: { StringToSign: toSign, CanonicalRequest: canonical },
  });
}
