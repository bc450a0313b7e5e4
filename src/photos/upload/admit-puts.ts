import type { RequestHandler } from 'express';
import type { Config } from '../../config/config.ts';
import { fault } from '../../graphql/types/errors.ts';
import type { InflightBytes } from '../../storage/staging/inflight-bytes.ts';

/**
 * Returns middleware that admits a PUT to an upload target once its bytes fit within the limit on bytes in flight.
 * Until then, the request waits and its body is not read. It fails with PAYLOAD_TOO_LARGE if the file is too large.
 */
export function admitPuts(
  { maxFileBytes, maxRequestBytes }: Pick<Config, 'maxFileBytes' | 'maxRequestBytes'>,
  inflight: InflightBytes,
): RequestHandler {
  const limit = Math.min(maxFileBytes, maxRequestBytes);
  return async (req, res, next) => {
    if (req.method !== 'PUT') return next();
    const bytes = Number(req.headers['content-length'] ?? limit);
    if (bytes > limit) throw fault('PAYLOAD_TOO_LARGE', `A file may have at most ${limit} bytes.`);
    const disconnected = new AbortController();
    res.once('close', () => disconnected.abort());
    const release = await inflight.acquire(bytes, disconnected.signal, req.identity?.sub);
    res.once('close', release);
    if (res.closed) return release();
    return next();
  };
}
