import type { Headers } from './exchange.ts';
import type { CorsRule } from './records.ts';

/** What the fetch standard calls a preflight's answer, and Cloud Storage's default for `maxAgeSeconds`. */
const DEFAULT_MAX_AGE = 3600;

export interface CrossOriginRequest {
  origin: string | undefined;
  method: string | undefined;
  /** Access-Control-Request-Headers, of a preflight. */
  headers?: string | undefined;
}

/**
 * The headers of an answer to a page of another origin, by a bucket's configuration; none where it does not allow the
 * request, which is how Cloud Storage refuses one: https://cloud.google.com/storage/docs/cross-origin
 */
export function corsHeaders(rules: CorsRule[] | undefined, request: CrossOriginRequest): Headers {
  const rule = ruleFor(rules, request);
  if (!rule) return {};
  return {
    'access-control-allow-origin': allowedOrigin(rule, request.origin ?? ''),
    'access-control-expose-headers': rule.responseHeader?.join(', ') || undefined,
    vary: 'Origin',
  };
}

/** A header that the page wants to send and that is not among `responseHeader` refuses the whole. */
export function preflightHeaders(rules: CorsRule[] | undefined, request: CrossOriginRequest): Headers {
  const rule = ruleFor(rules, request);
  if (!rule) return {};
  const wanted = (request.headers ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const allowed = new Set(rule.responseHeader?.map((name) => name.toLowerCase()));
  if (!wanted.every((name) => name === '' || allowed.has(name))) return {};
  return {
    'access-control-allow-origin': allowedOrigin(rule, request.origin ?? ''),
    'access-control-allow-methods': rule.method?.join(','),
    'access-control-allow-headers': rule.responseHeader?.join(',') || undefined,
    'access-control-max-age': String(rule.maxAgeSeconds ?? DEFAULT_MAX_AGE),
    vary: 'Origin',
  };
}

/** The JSON API lets every page in, whatever the bucket says: it is the token that keeps others out. */
export function jsonCorsHeaders({ origin, method, headers }: CrossOriginRequest): Headers {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'Content-Encoding, Content-Length, Content-Range, Content-Type, Location, Range, X-Goog-Generation, X-Goog-Hash',
    'access-control-allow-methods': method,
    'access-control-allow-headers': headers,
    vary: 'Origin',
  };
}

function ruleFor(
  rules: CorsRule[] | undefined,
  { origin, method }: CrossOriginRequest,
): CorsRule | undefined {
  if (origin === undefined || method === undefined) return undefined;
  const allows = (values: string[] | undefined, value: string) =>
    values?.some((allowed) => allowed === '*' || allowed.toLowerCase() === value.toLowerCase());
  return rules?.find((rule) => allows(rule.origin, origin) && allows(rule.method, method));
}

function allowedOrigin(rule: CorsRule, origin: string): string {
  return rule.origin?.includes('*') ? '*' : origin;
}
