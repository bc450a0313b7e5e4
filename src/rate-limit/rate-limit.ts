import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Request, RequestHandler } from 'express';
import type { Config } from '../config/config.ts';
import { isRoot, ROUTES } from '../http/routes.ts';
import { refuse } from '../http/refuse.ts';

const MINUTE_MS = 60_000;

export interface RateLimitHit {
  allowed: boolean;
  /** Whole seconds until it is worth asking again; 0 when allowed. */
  retryAfterSeconds: number;
}

/** Counts what a person does in any 60 seconds, over every door that shares the storage. */
export class RateLimiter {
  readonly #limit: number;
  readonly #storage: ThrottlerStorage;

  constructor(config: Pick<Config, 'rateLimitPerMinute'>, storage: ThrottlerStorage) {
    this.#limit = config.rateLimitPerMinute;
    this.#storage = storage;
  }

  /** Counts one operation of the person with this `sub`. What is refused does not count. */
  async hit(sub: string): Promise<RateLimitHit> {
    if (this.#limit === 0) return { allowed: true, retryAfterSeconds: 0 };
    // No block on top of the limit: room comes back as the oldest operations become a minute old.
    const record = await this.#storage.increment(sub, MINUTE_MS, this.#limit, 0, 'operations');
    if (!record.isBlocked) return { allowed: true, retryAfterSeconds: 0 };
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(record.timeToBlockExpire)) };
  }
}

/**
 * Answers 429 with Retry-After to a person's GraphQL operations and PUTs beyond RATE_LIMIT_PER_MINUTE. To be mounted
 * after `authenticate`; a request without identity is left to it.
 */
export function rateLimit(limiter: RateLimiter): RequestHandler {
  return async (req, res, next) => {
    const sub = req.identity?.sub;
    if (sub === undefined || !isOperation(req)) return next();
    const { allowed, retryAfterSeconds } = await limiter.hit(sub);
    if (allowed) return next();
    res.setHeader('Retry-After', retryAfterSeconds);
    const seconds = retryAfterSeconds === 1 ? '1 second' : `${retryAfterSeconds} seconds`;
    return refuse(req, res, 'RATE_LIMITED', `Too many requests. Try again in ${seconds}.`);
  };
}

const OF_AN_OPERATION = ['query', 'documentId', 'extensions'];

/** Reading pages, pictures and probes is free; a GET is an operation when it carries a GraphQL query. */
function isOperation(req: Request): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return req.method !== 'OPTIONS';
  // Express matches paths in any case, and its own parser of queries stops at a thousand parameters.
  const [path = '', ...query] = req.originalUrl.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  return isRoot(ROUTES.graphql, path) && OF_AN_OPERATION.some((name) => parameters.has(name));
}
