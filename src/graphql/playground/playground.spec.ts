import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import express from 'express';
import request from 'supertest';
import { playground } from './playground.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

let folder: string;
let app: express.Express;

/** App whose last handler takes the place of Apollo and reports the requests that the playground passes on. */
function appWith(folder: string, isOff = false): express.Express {
  return express()
    .use(playground(folder, isOff))
    .use((req, res) => {
      res.json({ passedOn: req.originalUrl });
    });
}

/** Sends a GET request for exactly this path and returns the whole response. */
async function raw(path: string): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on a port');
    const socket = connect(address.port, address.address);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    return await text(socket);
  } finally {
    server.close();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playground-'));
  await mkdir(join(folder, 'built/assets'), { recursive: true });
  await writeFile(join(folder, 'built/index.html'), '<!doctype html><title>ImgStream playground</title>');
  await writeFile(join(folder, 'built/assets/main-4f2a.js'), 'export {};');
  await writeFile(join(folder, 'built/assets/.hidden'), 'secret');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  app = appWith(join(folder, 'built'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('GET /graphql', () => {
  it('returns the page to a browser', async () => {
    const res = await request(app).get('/graphql').set('Accept', BROWSER).expect(200);
    expect(res.type).toBe('text/html');
    expect(res.text).toContain('<title>ImgStream playground</title>');
    expect(res.headers).toMatchObject({ 'cache-control': 'no-cache', vary: 'Accept' });
    expect(res.headers['x-content-type-options']).toBe('nosniff');
  });

  it('returns the page to a browser for any query string', async () => {
    const res = await request(app).get('/graphql?query={viewer{id}}').set('Accept', BROWSER).expect(200);
    expect(res.type).toBe('text/html');
    expect(res.text).not.toContain('viewer');
  });

  it.each([
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json;q=0.9',
    'application/json, text/html;q=0.9',
    'multipart/mixed',
    '*/*',
  ])('passes a request that accepts %s on to the API', async (accept) => {
    const res = await request(app).get('/graphql?query={viewer{id}}').set('Accept', accept).expect(200);
    expect(res.body).toEqual({ passedOn: '/graphql?query={viewer{id}}' });
    expect(res.headers['content-security-policy']).toBeUndefined();
    expect(res.headers['vary']).toBe('Accept');
  });

  it('passes a POST on, even one that prefers HTML', async () => {
    const res = await request(app).post('/graphql').set('Accept', BROWSER).expect(200);
    expect(res.body).toEqual({ passedOn: '/graphql' });
  });

  it('has a policy that allows no external sources and no inline scripts', async () => {
    const res = await request(app).get('/graphql').set('Accept', BROWSER);
    const policy = new Map(
      res.headers['content-security-policy']?.split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources.join(' ')];
      }),
    );
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('connect-src')).toBe("'self'");
    for (const name of ['frame-ancestors', 'base-uri', 'form-action'])
      expect(policy.get(name)).toBe("'none'");
    for (const sources of policy.values()) expect(sources).not.toMatch(/unsafe-eval|https?:|\*|blob:/);
  });

  it('explains how to build the page if it is missing, and still passes API requests on', async () => {
    const bare = appWith(join(folder, 'nothing-here'));
    const res = await request(bare).get('/graphql').set('Accept', BROWSER).expect(404);
    expect(res.type).toBe('text/plain');
    expect(res.text).toBe('The playground is not built. Run `npm run build`.\n');
    expect(res.text).not.toContain(folder);
    await request(bare).get('/graphql').set('Accept', 'application/json').expect(200);
  });
});

it('explains why the playground is off, and still passes API requests on', async () => {
  const off = appWith(join(folder, 'built'), true);
  const res = await request(off).get('/graphql').set('Accept', BROWSER).expect(404);
  expect(res.type).toBe('text/plain');
  expect(res.text).toContain('TRUSTED_DOCUMENTS_ONLY=true');
  await request(off).get('/graphql').set('Accept', 'application/json').expect(200);
  await request(off).post('/graphql').set('Accept', BROWSER).expect(200);
});

describe('/playground/assets', () => {
  it('are cached permanently and have their type and nosniff', async () => {
    const res = await request(app).get('/playground/assets/main-4f2a.js').expect(200);
    expect(res.text).toBe('export {};');
    expect(res.type).toBe('text/javascript');
    expect(res.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(res.headers['x-content-type-options']).toBe('nosniff');
    expect(res.headers['content-security-policy']).toContain("default-src 'none'");
  });

  // Written to the socket directly, because an HTTP client would normalize the path.
  it.each([
    '/playground/assets/../../secret.txt',
    '/playground/assets/..%2f..%2fsecret.txt',
    '/playground/assets/%2e%2e/%2e%2e/secret.txt',
    '/playground/assets/..%5c..%5csecret.txt',
    '/playground/assets//../../../secret.txt',
    '/playground/assets/.hidden',
    '/playground/assets/%00',
    '/playground/assets/%',
    '/playground/assets/',
  ])('contain no file at %s', async (path) => {
    const response = await raw(path);
    expect(response).toMatch(/^HTTP\/1\.1 404 /);
    expect(response).toMatch(/\r\n\r\nFile not found\.\n$/);
    expect(response).not.toContain('immutable');
  });

  it('return 404 for a missing file instead of passing the request on', async () => {
    const res = await request(app).get('/playground/assets/none.js').expect(404);
    expect(res.type).toBe('text/plain');
  });
});
