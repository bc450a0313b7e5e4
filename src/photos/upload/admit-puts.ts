import type { RequestHandler } from 'express';
import type { Config } from '../../config/config.ts';
import { fault } from '../../graphql/types/errors.ts';
import type { InflightBytes } from '../../storage/staging/inflight-bytes.ts';

/** Lets the PUT of an upload target in when there is room for its bytes; until then it waits, unread. */
export function admitPuts(
  { maxFileBytes, maxRequestBytes }: Pick<Config, 'maxFileBytes' | 'maxRequestBytes'>,
  inflight: InflightBytes,
): RequestHandler {
  const limit = Math.min(maxFileBytes, maxRequestBytes);
  return async (req, res, next) => {
    if (req.method !== 'PUT') return next();
    const bytes = Number(req.headers['content-length'] ?? limit);
    if (bytes > limit) throw fault('PAYLOAD_TOO_LARGE', `A file may have at most ${limit} bytes.`);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const release = await inflight.acquire(bytes, gone.signal, req.identity?.sub);
    res.once('close', release);
    if (res.closed) return release();
    return next();
  };
}
