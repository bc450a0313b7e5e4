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

/** A server that answers with the identity it was asked by, once it has read the body. */
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

/** Sends what is given, to the letter, and reads until the server closes. */
async function sendRaw(url: string, ...lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(['POST /graphql HTTP/1.1', ...lines].join('\r\n'));
  try {
    return await text(socket);
  } finally {
    socket.destroy();
  }
}

const refusal = {
  errors: [{ message: 'Unauthenticated.', extensions: { code: 'UNAUTHENTICATED', requestId: '' } }],
};

describe('authenticate', () => {
  it('gives the identity to what comes after it, and the body', async () => {
    const url = await behindProxy();
    const headers = { [HEADER]: await assertion(key) };
    const res = await fetch(url, { method: 'POST', headers, body: 'twelve bytes' });
    expect(await res.json()).toMatchObject({ sub: 'accounts.google.com:1', email: 'ada@example.com' });
    expect(bodyBytes).toBe(12);
    expect(audit.lines).toEqual([]);
  });

  it('answers every refusal alike, each with a line of the audit log that names nobody', async () => {
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
      expect([res.status, await res.json()]).toEqual([401, refusal]);
      expect(res.headers.get('cache-control')).toBe('no-store');
    }
    expect(audit.lines).toHaveLength(tokens.length);
    for (const line of audit.lines) {
      expect(line).toMatchObject({ action: 'sign-in', outcome: 'refused', reason: expect.any(String) });
      expect(JSON.stringify(line)).not.toMatch(/ada|example|accounts|eyJ|garbage/);
    }
    expect(bodyBytes).toBe(0);
  });

  it('answers 503 while no keys can be had, and serves when they can', async () => {
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

  it('tells a person in development where to go', async () => {
    const url = await listen(new DevAuthenticator({ mode: 'dev', email: 'dev@x.test', allowAnyHost: false }));
    const answer = await sendRaw(url, 'Host: photos.example', 'Connection: close', '', '');
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).toContain(`open http://localhost:${new URL(url).port}, or set DEV_ALLOW_ANY_HOST=true`);
    expect(audit.lines).toEqual([expect.objectContaining({ outcome: 'refused', reason: 'ForbiddenError' })]);
  });

  it.each([
    ['a length', 'Content-Length: 99999999999', 'part of the body'],
    ['chunks', 'Transfer-Encoding: chunked', '5\r\nfirst\r\n'],
  ])('answers and closes without waiting for a body announced by %s', async (_, header, part) => {
    const url = await behindProxy();
    const answer = await sendRaw(url, 'Host: localhost', header, '', part);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(bodyBytes).toBe(0);
  });

  it('keeps the connection where no body is on the way', async () => {
    const res = await fetch(await behindProxy());
    expect([res.status, res.headers.get('connection')]).toEqual([401, 'keep-alive']);
  });

  it('answers 401 to a client in the middle of a large upload', async () => {
    const res = await fetch(await behindProxy(), { method: 'POST', body: Buffer.alloc(20_000_000) });
    expect([res.status, await res.json()]).toEqual([401, refusal]);
    expect(bodyBytes).toBe(0);
  });

  it('hides no fault of the program as a refusal', async () => {
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
