import type { Headers } from './exchange.ts';
import type { CorsRule } from './records.ts';

/** The default of Cloud Storage for `maxAgeSeconds`, for which a browser may cache a preflight response. */
const DEFAULT_MAX_AGE = 3600;

export interface CrossOriginRequest {
  origin: string | undefined;
  method: string | undefined;
  /** The value of Access-Control-Request-Headers in a preflight. */
  headers?: string | undefined;
}

/**
 * Returns the CORS headers of a response, according to a bucket's configuration. If the configuration does not
 * allow the request, there are no headers, as in Cloud Storage: https://cloud.google.com/storage/docs/cross-origin
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

/**
 * Returns the CORS headers of a preflight response. There are none if a requested header is not listed in
 * `responseHeader`.
 */
export function preflightHeaders(rules: CorsRule[] | undefined, request: CrossOriginRequest): Headers {
  const rule = ruleFor(rules, request);
  if (!rule) return {};
  const requested = (request.headers ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const allowed = new Set(rule.responseHeader?.map((name) => name.toLowerCase()));
  if (!requested.every((name) => name === '' || allowed.has(name))) return {};
  return {
    'access-control-allow-origin': allowedOrigin(rule, request.origin ?? ''),
    'access-control-allow-methods': rule.method?.join(','),
    'access-control-allow-headers': rule.responseHeader?.join(',') || undefined,
    'access-control-max-age': String(rule.maxAgeSeconds ?? DEFAULT_MAX_AGE),
    vary: 'Origin',
  };
}

/** The JSON API allows every origin, regardless of the bucket's configuration, because requests need a token. */
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
