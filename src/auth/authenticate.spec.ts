import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Logger } from '@nestjs/common';
import express from 'express';
import {
  AUDIENCE,
  ISSUER,
  KeyServer,
  type SigningKey,
  assertion,
  secondsFromNow,
  signingKey,
} from '../../test/support/key-server.ts';
import { type Loopback, serveOnLoopback } from '../../test/support/loopback.ts';
import { AuditLog } from '../observability/audit-log.ts';
import { authenticate } from './authenticate.ts';
import type { Authenticator } from './authenticator.ts';
import { DevAuthenticator } from './dev-authenticator.ts';
import { ProxyAuthenticator } from './proxy-authenticator.ts';

const HEADER = 'x-assertion';

class Lines extends AuditLog {
  lines: object[] = [];
  record(event: object): void {
    this.lines.push(event);
  }
}

let key: SigningKey;
let keyServer: KeyServer;
let audit: Lines;
let bodyBytes: number;
const servers: Loopback[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  key = await signingKey('key');
});
beforeEach(async () => {
  keyServer = await KeyServer.start(key);
  audit = new Lines();
  bodyBytes = 0;
});
afterEach(async () => {
  await Promise.all([keyServer.stop(), ...servers.splice(0).map((server) => server.close())]);
});

async function serve(app: express.Express): Promise<string> {
  const server = await serveOnLoopback(app);
  servers.push(server);
  return server.url;
}

/** Starts a server that reads the body and responds with the identity of the request. Returns the URL. */
async function listen(authenticator: Authenticator): Promise<string> {
  const app = express();
  app.use(authenticate(authenticator, audit));
  app.use((req, res) => {
    req.on('data', (chunk: Buffer) => (bodyBytes += chunk.length));
    req.on('end', () => res.json(req.identity));
  });
  return `${await serve(app)}/graphql`;
}

const behindProxy = () =>
  listen(
    new ProxyAuthenticator({
      mode: 'proxy',
      header: HEADER,
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUrl: keyServer.url,
    }),
  );

/** Sends these lines unchanged and returns everything that the server sends before it closes the connection. */
async function sendRaw(url: string, ...lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(['POST /graphql HTTP/1.1', ...lines].join('\r\n'));
  try {
    return await text(socket);
  } finally {
    socket.destroy();
  }
}

const unauthenticated = {
  errors: [{ message: 'Unauthenticated.', extensions: { code: 'UNAUTHENTICATED', requestId: '' } }],
};

describe('authenticate', () => {
  it('passes the identity and the body on to the next middleware', async () => {
    const url = await behindProxy();
    const headers = { [HEADER]: await assertion(key) };
    const res = await fetch(url, { method: 'POST', headers, body: 'twelve bytes' });
    expect(await res.json()).toMatchObject({ sub: 'accounts.google.com:1', email: 'ada@example.com' });
    expect(bodyBytes).toBe(12);
    expect(audit.lines).toEqual([]);
  });

  it('sends the same response for every refusal and records it in the audit log without naming the user', async () => {
    const url = await behindProxy();
    const tokens = [
      undefined,
      'garbage',
      await assertion(key, { exp: secondsFromNow(-60) }),
      await assertion(key, { aud: 'other' }),
      await assertion(key, { email: undefined }),
      await assertion(key, {}, { kid: 'other' }),
      await assertion(await signingKey('key')),
    ];
    for (const token of tokens) {
      const headers: Record<string, string> = { 'x-goog-authenticated-user-email': 'ada@example.com' };
      if (token) headers[HEADER] = token;
      const res = await fetch(`${url}?email=ada@example.com`, { method: 'POST', headers, body: '{}' });
      expect([res.status, await res.json()]).toEqual([401, unauthenticated]);
      expect(res.headers.get('cache-control')).toBe('no-store');
    }
    expect(audit.lines).toHaveLength(tokens.length);
    for (const line of audit.lines) {
      expect(line).toMatchObject({ action: 'sign-in', outcome: 'refused', reason: expect.any(String) });
      expect(JSON.stringify(line)).not.toMatch(/ada|example|accounts|eyJ|garbage/);
    }
    expect(bodyBytes).toBe(0);
  });

  it('returns 503 until the keys can be fetched', async () => {
    keyServer.mode = 'fail';
    const url = await behindProxy();
    const headers = { [HEADER]: await assertion(key) };
    const res = await fetch(url, { headers });
    expect(res.status).toBe(503);
    expect(await res.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect(audit.lines).toEqual([expect.objectContaining({ reason: 'IdentityUnavailableError' })]);
    keyServer.mode = 'serve';
    expect((await fetch(url, { headers })).status).toBe(200);
  });

  it('tells the user of a development server which URL to open', async () => {
    const url = await listen(new DevAuthenticator({ mode: 'dev', email: 'dev@x.test', allowAnyHost: false }));
    const response = await sendRaw(url, 'Host: photos.example', 'Connection: close', '', '');
    expect(response).toMatch(/^HTTP\/1.1 403 /);
    expect(response).toContain(`Open http://localhost:${new URL(url).port}, or set DEV_ALLOW_ANY_HOST=true`);
    expect(audit.lines).toEqual([expect.objectContaining({ outcome: 'refused', reason: 'ForbiddenError' })]);
  });

  it.each([
    ['Content-Length', 'Content-Length: 99999999999', 'part of the body'],
    ['Transfer-Encoding', 'Transfer-Encoding: chunked', '5\r\nfirst\r\n'],
  ])(
    'responds and closes the connection without waiting for a body announced by %s',
    async (_, header, part) => {
      const url = await behindProxy();
      const response = await sendRaw(url, 'Host: localhost', header, '', part);
      expect(response).toMatch(/^HTTP\/1.1 401 /);
      expect(response).toMatch(/\r\nConnection: close\r\n/);
      expect(bodyBytes).toBe(0);
    },
  );

  it('keeps the connection open if the request has no body', async () => {
    const res = await fetch(await behindProxy());
    expect([res.status, res.headers.get('connection')]).toEqual([401, 'keep-alive']);
  });

  it('returns 401 to a client that is sending a large upload', async () => {
    const res = await fetch(await behindProxy(), { method: 'POST', body: Buffer.alloc(20_000_000) });
    expect([res.status, await res.json()]).toEqual([401, unauthenticated]);
    expect(bodyBytes).toBe(0);
  });

  it('passes unexpected errors on instead of refusing the request', async () => {
    const broken = { authenticate: () => Promise.reject(new TypeError('broken')) };
    const app = express();
    const seen: unknown[] = [];
    app.use(authenticate(broken, audit));
    app.use((error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
      seen.push(error);
      res.status(500).end();
    });
    const res = await fetch(await serve(app));
    expect([res.status, seen]).toEqual([500, [new TypeError('broken')]]);
    expect(audit.lines).toEqual([]);
  });
});
