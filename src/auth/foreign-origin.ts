import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { AuditLog } from '../observability/audit-log.ts';
import { refuse } from '../http/refuse.ts';

/**
 * Whether a page of another origin sent the request, as far as a browser says so (RFC 6454; Fetch Metadata). Browsers
 * name the origin in everything that changes state and in every WebSocket upgrade; a program that is no browser names none.
 * Hosts and ports are compared, schemes are not: a proxy in front may end TLS. It has to leave the Host header as it came.
 */
export function isForeignOrigin(req: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  const { origin, host, 'sec-fetch-site': site } = req.headers;
  if (site === 'cross-site' && req.method !== 'GET') return true;
  return origin !== undefined && !isSameHost(origin, host);
}

function isSameHost(origin: string, host = ''): boolean {
  const ours = URL.parse(origin);
  if (!ours || !/^https?:$/.test(ours.protocol)) return false;
  // The same scheme on both sides, so that its default port is left out of both or of neither.
  return ours.host === URL.parse(`${ours.protocol}//${host}`)?.host;
}

/** Answers 403 to what `isForeignOrigin`, with a line in the audit log. */
export function refuseForeignOrigin(audit: AuditLog): RequestHandler {
  return (req, res, next) => {
    if (!isForeignOrigin(req)) return next();
    const userId = req.identity?.sub;
    audit.record({
      action: 'cross-origin',
      outcome: 'refused',
      reason: 'foreign-origin',
      transport: 'http',
      userId,
      method: req.method,
    });
    return refuse(req, res, 'FORBIDDEN', 'Pages of other origins may not use this service.');
  };
}
