import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Request, RequestHandler } from 'express';
import type { Config } from '../config/config.ts';
import { isRoot, ROUTES } from '../http/routes.ts';
import { refuse } from '../http/refuse.ts';

const MINUTE_MS = 60_000;

/** Result of counting one operation. */
export interface RateLimitHit {
  allowed: boolean;
  /** Whole seconds until the user may retry; 0 if allowed. */
  retryAfterSeconds: number;
}

/** Limits the operations of each user within any 60 seconds. Limiters with the same storage share their counters. */
export class RateLimiter {
  readonly #limit: number;
  readonly #storage: ThrottlerStorage;

  constructor(config: Pick<Config, 'rateLimitPerMinute'>, storage: ThrottlerStorage) {
    this.#limit = config.rateLimitPerMinute;
    this.#storage = storage;
  }

  /** Counts one operation of the user with this `sub`. Refused operations do not count. */
  async hit(sub: string): Promise<RateLimitHit> {
    if (this.#limit === 0) return { allowed: true, retryAfterSeconds: 0 };
    // The block duration is 0, so operations are allowed again as soon as the oldest ones are a minute old.
    const record = await this.#storage.increment(sub, MINUTE_MS, this.#limit, 0, 'operations');
    if (!record.isBlocked) return { allowed: true, retryAfterSeconds: 0 };
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(record.timeToBlockExpire)) };
  }
}

/**
 * Responds with 429 and Retry-After to a user's GraphQL operations and PUT requests beyond RATE_LIMIT_PER_MINUTE.
 * Must be mounted after `authenticate`. Requests without an identity are passed on.
 */
export function rateLimit(limiter: RateLimiter): RequestHandler {
  return async (req, res, next) => {
    const sub = req.identity?.sub;
    if (sub === undefined || !isOperation(req)) return next();
    const { allowed, retryAfterSeconds } = await limiter.hit(sub);
    if (allowed) return next();
    res.setHeader('Retry-After', retryAfterSeconds);
    return refuse(req, res, 'RATE_LIMITED', rateLimitMessage(retryAfterSeconds));
  };
}

/** Message for the user of a refused operation. */
export function rateLimitMessage(retryAfterSeconds: number): string {
  const seconds = retryAfterSeconds === 1 ? '1 second' : `${retryAfterSeconds} seconds`;
  return `Too many requests. Try again in ${seconds}.`;
}

/** Query parameters of a GraphQL operation sent by GET. */
const OPERATION_PARAMETERS = ['query', 'documentId', 'extensions'];

/** GET requests for pages, images and probes are not counted. A GET request with a GraphQL query is an operation. */
function isOperation(req: Request): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return req.method !== 'OPTIONS';
  // The URL is parsed here, because Express ignores the case of paths and parses at most 1,000 query parameters.
  const [path = '', ...query] = req.originalUrl.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  return isRoot(ROUTES.graphql, path) && OPERATION_PARAMETERS.some((name) => parameters.has(name));
}
