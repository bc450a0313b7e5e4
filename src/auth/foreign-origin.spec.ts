import express from 'express';
import { type Loopback, serveOnLoopback } from '../../test/support/loopback.ts';
import { AuditLog } from '../observability/audit-log.ts';
import { isForeignOrigin, refuseForeignOrigin } from './foreign-origin.ts';

const HOST = 'photos.example';

describe('isForeignOrigin', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['no origin', undefined, HOST],
    ['no origin, no host', undefined, undefined],
    ['the own origin', 'https://photos.example', HOST],
    ['an origin behind a proxy that terminates TLS', 'https://photos.example', 'photos.example:443'],
    ['an origin over plain HTTP', 'http://photos.example', 'photos.example:80'],
    ['an origin with a port', 'http://localhost:8080', 'localhost:8080'],
    ['an IPv6 address', 'http://[::1]:8080', '[::1]:8080'],
    ['an origin in different case', 'https://photos.example', 'Photos.Example'],
  ])('returns false for %s', (_, origin, host) => {
    for (const method of ['GET', 'POST', 'PUT'])
      expect(isForeignOrigin({ method, headers: { origin, host } })).toBe(false);
  });

  it.each<[string, string, string | undefined]>([
    ['another host', 'https://evil.example', HOST],
    ['a subdomain', 'https://a.photos.example', HOST],
    ['a host with the same prefix', 'https://photos.example.evil.example', HOST],
    ['a host behind an at sign', 'https://photos.example@evil.example', HOST],
    ['another port', 'http://localhost:5173', 'localhost:8080'],
    ['another host name of the same machine', 'http://127.0.0.1:8080', 'localhost:8080'],
    ['a sandboxed page', 'null', HOST],
    ['a browser extension', 'chrome-extension://photos.example', HOST],
    ['a file', 'file://', HOST],
    ['two origins', 'https://photos.example, https://evil.example', HOST],
    ['a malformed origin', 'photos.example', HOST],
    ['an empty origin', '', HOST],
    ['an origin without a Host header', 'https://photos.example', undefined],
    ['an origin with an empty Host header', 'https://photos.example', ''],
  ])('returns true for %s', (_, origin, host) => {
    for (const method of ['GET', 'POST', 'PUT'])
      expect(isForeignOrigin({ method, headers: { origin, host } })).toBe(true);
  });

  it.each([
    ['GET', 'cross-site', false],
    ['POST', 'cross-site', true],
    ['PUT', 'cross-site', true],
    ['POST', 'same-origin', false],
    ['POST', 'none', false],
  ])('uses Sec-Fetch-Site for a %s without Origin: %s returns %s', (method, site, foreign) => {
    expect(isForeignOrigin({ method, headers: { host: HOST, 'sec-fetch-site': site } })).toBe(foreign);
  });

  it('ignores headers that a proxy adds', () => {
    const headers = { host: HOST, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' };
    expect(isForeignOrigin({ method: 'POST', headers })).toBe(true);
  });
});

describe('refuseForeignOrigin', () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  it('returns 403, records it in the audit log, and passes other requests on', async () => {
    const lines: object[] = [];
    const audit = new (class extends AuditLog {
      record(event: object): void {
        lines.push(event);
      }
    })();
    const app = express();
    app.use((req, _res, next) => {
      req.identity = { sub: 's', email: 'ada@example.com', name: null, avatarUrl: null };
      next();
    });
    app.use(refuseForeignOrigin(audit), (_req, res) => res.end('passed'));
    const { url } = (server = await serveOnLoopback(app));
    const post = (origin: string) => fetch(url, { method: 'POST', headers: { origin }, body: '{}' });

    expect(await (await post(url)).text()).toBe('passed');
    expect(lines).toEqual([]);
    const refused = await post('https://evil.example');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(refused.headers.get('connection')).toBe('close');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(lines).toEqual([
      {
        action: 'cross-origin',
        outcome: 'refused',
        reason: 'foreign-origin',
        transport: 'http',
        userId: 's',
        method: 'POST',
      },
    ]);
  });
});
