import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { AuditLog } from '../observability/audit-log.ts';
import { refuse } from '../http/refuse.ts';

/**
 * True if a page with a different origin sent the request, according to the headers that browsers add (RFC 6454; Fetch
 * Metadata). Browsers send the Origin header with every request that changes state and every WebSocket upgrade;
 * other clients do not. Host and port are compared, but not the scheme, because a proxy may terminate TLS. Such a
 * proxy must not change the Host header.
 */
export function isForeignOrigin(req: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  const { origin, host, 'sec-fetch-site': site } = req.headers;
  if (site === 'cross-site' && req.method !== 'GET') return true;
  return origin !== undefined && !isSameHost(origin, host);
}

function isSameHost(origin: string, host = ''): boolean {
  const ours = URL.parse(origin);
  if (!ours || !/^https?:$/.test(ours.protocol)) return false;
  // Both URLs have the same scheme, so that its default port is omitted from both hosts.
  return ours.host === URL.parse(`${ours.protocol}//${host}`)?.host;
}

/** Responds with 403 to requests for which `isForeignOrigin` is true, and records them in the audit log. */
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
    return refuse(req, res, 'FORBIDDEN', 'Requests from other origins are not allowed.');
  };
}
