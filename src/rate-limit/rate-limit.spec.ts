import { jest } from '@jest/globals';
import { ThrottlerStorageService } from '@nestjs/throttler';
import express from 'express';
import { type Loopback, serveOnLoopback } from '../../test/support/loopback.ts';
import { RateLimiter, rateLimit } from './rate-limit.ts';

let storage: ThrottlerStorageService;
let server: Loopback | undefined;

beforeEach(() => {
  storage = new ThrottlerStorageService();
});
afterEach(async () => {
  jest.restoreAllMocks();
  storage.onApplicationShutdown();
  await server?.close();
  server = undefined;
});

/** Starts a server with this limit. Returns a function that sends a request and returns the response. */
async function listen(limit: number) {
  const app = express();
  app.use((req, _res, next) => {
    const sub = req.get('x-user');
    if (sub) req.identity = { sub, email: 'a@b', name: null, avatarUrl: null };
    next();
  });
  app.use(rateLimit(limiterOf(limit)), (_req, res) => res.end());
  const { url } = (server = await serveOnLoopback(app));
  return async (method: string, path: string, user = 'ada') => {
    const headers: Record<string, string> = user ? { 'x-user': user } : {};
    const res = await fetch(url + path, { method, headers });
    const body = await res.text();
    return { status: res.status, retryAfter: res.headers.get('retry-after'), body };
  };
}

const limiterOf = (limit: number) => new RateLimiter({ rateLimitPerMinute: limit }, storage);

describe('rateLimit', () => {
  it('refuses requests of a user who exceeds the limit, and sends Retry-After', async () => {
    const send = await listen(3);
    for (let i = 0; i < 3; i += 1) expect((await send('POST', '/graphql')).status).toBe(200);
    const refused = await send('POST', '/graphql');
    expect(refused.status).toBe(429);
    expect(refused.retryAfter).toMatch(/^[1-9]\d*$/);
    expect(Number(refused.retryAfter)).toBeLessThanOrEqual(60);
    const errors = [
      {
        message: `Too many requests. Try again in ${refused.retryAfter} seconds.`,
        extensions: { code: 'RATE_LIMITED', requestId: '' },
      },
    ];
    expect(JSON.parse(refused.body)).toEqual({ errors });
    expect((await send('PUT', '/uploads/1')).status).toBe(429);
    expect((await send('POST', '/graphql', 'bob')).status).toBe(200);
    expect((await send('GET', '/media/1/thumbnail')).status).toBe(200);
  });

  it.each([
    ['POST', '/graphql'],
    ['PUT', '/uploads/1'],
    ['GET', '/graphql?query={__typename}'],
    ['GET', '/GraphQL/?query={__typename}'],
    ['GET', '/graphql?%71uery={__typename}'],
    ['GET', '/graphql?documentId=sha256:00'],
    ['GET', '/graphql?extensions={}'],
    ['GET', `/graphql?${'a&'.repeat(1_100)}query={__typename}`],
  ])('counts %s %s', async (method, path) => {
    const send = await listen(1);
    expect((await send(method, path)).status).toBe(200);
    expect((await send(method, path)).status).toBe(429);
  });

  it.each([
    ['GET', '/graphql'],
    ['GET', '/graphql?other=query'],
    ['GET', '/media/1/preview?v=1'],
    ['GET', '/media/1/preview?query=1'],
    ['HEAD', '/media/1/original'],
    ['OPTIONS', '/graphql'],
  ])('does not count %s %s', async (method, path) => {
    const send = await listen(1);
    for (let i = 0; i < 5; i += 1) expect((await send(method, path)).status).toBe(200);
  });

  it('passes a request without an identity on', async () => {
    const send = await listen(1);
    for (let i = 0; i < 3; i += 1) expect((await send('POST', '/graphql', '')).status).toBe(200);
  });

  it('has no limit if the configured limit is 0', async () => {
    const send = await listen(0);
    for (let i = 0; i < 20; i += 1) expect((await send('POST', '/graphql')).status).toBe(200);
  });
});

describe('RateLimiter', () => {
  it('shares its counters with other limiters on the same storage', async () => {
    const send = await listen(2);
    await send('POST', '/graphql');
    expect(await limiterOf(2).hit('ada')).toEqual({ allowed: true, retryAfterSeconds: 0 });
    expect((await send('POST', '/graphql')).status).toBe(429);
  });

  it('allows operations again when earlier ones are a minute old, and does not count refused ones', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const limiter = limiterOf(2);
    await limiter.hit('ada');
    now.mockReturnValue(1_030_000);
    await limiter.hit('ada');
    now.mockReturnValue(1_045_500);
    for (let i = 0; i < 5; i += 1)
      expect(await limiter.hit('ada')).toEqual({ allowed: false, retryAfterSeconds: 15 });
    now.mockReturnValue(1_060_500);
    expect((await limiter.hit('ada')).allowed).toBe(true);
    expect(await limiter.hit('ada')).toEqual({ allowed: false, retryAfterSeconds: 30 });
  });
});
