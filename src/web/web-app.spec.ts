import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express, { type Express } from 'express';
import request from 'supertest';
import { securityHeaders } from './security-headers.ts';
import { webApp } from './web-app.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const CODE = 'export const code = 1;\n'.repeat(100);
const PAGE = '<!doctype html><title>ImgStream</title>';

let folder: string;
let app: Express;

/** App whose last handler takes the place of the API and reports the requests that the web app passes on. */
async function appWith(folder: string, bucketUrls?: string[]): Promise<Express> {
  const handler = await webApp(folder, bucketUrls);
  return express()
    .use(securityHeaders(), handler)
    .use((req, res) => {
      res.json({ passedOn: req.originalUrl });
    });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-app-'));
  const built = join(folder, 'public');
  await mkdir(join(built, 'assets'), { recursive: true });
  await mkdir(join(built, '.vite'));
  await writeFile(join(built, 'index.html'), PAGE);
  await writeFile(join(built, 'sw.js'), 'self.skipWaiting();');
  await writeFile(join(built, 'manifest.webmanifest'), '{"name":"ImgStream"}');
  await writeFile(join(built, '.vite/manifest.json'), '{"secret":true}');
  await writeFile(join(built, 'assets/main-4f2a.js'), CODE);
  await writeFile(join(built, 'assets/main-4f2a.js.br'), brotliCompressSync(CODE));
  await writeFile(join(built, 'assets/main-4f2a.js.gz'), gzipSync(CODE));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  app = await appWith(built);
});
afterAll(() => rm(folder, { recursive: true }));

/** Sends a GET request for exactly this path and returns the whole response. */
async function raw(path: string): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on a port');
    const socket = connect(address.port, address.address);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${BROWSER}\r\nConnection: close\r\n\r\n`,
    );
    return await text(socket);
  } finally {
    server.close();
  }
}

describe('the page', () => {
  it.each(['/', '/gallery', '/gallery?tags=%E6%B5%B7', '/photo/0198-ab', '/search?q=a.b', '/nowhere/at/all'])(
    'is sent to a browser at %s',
    async (path) => {
      const res = await request(app).get(path).set('Accept', BROWSER).expect(200);
      expect(res.type).toBe('text/html');
      expect(res.text).toBe(PAGE);
      expect(res.headers['cache-control']).toBe('no-cache');
    },
  );

  it('has a Vary header, so that caches distinguish it from other responses at the same URL', async () => {
    const page = await request(app).get('/gallery').set('Accept', BROWSER);
    const other = await request(app).get('/gallery').set('Accept', 'application/json');
    expect(page.headers['vary']).toContain('Accept');
    expect(other.headers['vary']).toContain('Accept');
    expect(other.body).toEqual({ passedOn: '/gallery' });
  });

  it.each([
    '/graphql',
    '/graphql/',
    '/GraphQL?query={viewer{id}}',
    '/media/1/thumbnail?v=a',
    '/uploads/a/b',
    '/health',
    '/health/live',
    '/playground/assets/none.js',
  ])('is not sent at %s, which the API handles', async (path) => {
    const res = await request(app).get(path).set('Accept', BROWSER).expect(200);
    expect(res.body).toEqual({ passedOn: path });
  });

  it.each(['*/*', 'application/json', 'image/avif,image/webp,*/*;q=0.8', 'text/css,*/*;q=0.1'])(
    'is not sent to a client that accepts %s',
    async (accept) => {
      const res = await request(app).get('/gallery').set('Accept', accept).expect(200);
      expect(res.body).toEqual({ passedOn: '/gallery' });
    },
  );

  it.each(['/favicon.ico', '/photo.jpg', '/old/main.js'])(
    'is not sent for the missing file %s',
    async (path) => {
      const res = await request(app).get(path).set('Accept', BROWSER).expect(200);
      expect(res.body).toEqual({ passedOn: path });
    },
  );

  it('is sent only for GET and HEAD', async () => {
    for (const method of ['post', 'put', 'delete', 'options'] as const) {
      const res = await request(app)[method]('/gallery').set('Accept', BROWSER).expect(200);
      expect(res.body).toEqual({ passedOn: '/gallery' });
    }
    const head = await request(app).head('/gallery').set('Accept', BROWSER).expect(200);
    expect(head.headers['content-length']).toBe(String(PAGE.length));
    expect(head.text).toBeUndefined();
  });

  it('is revalidated and not sent again if it has not changed', async () => {
    const { headers } = await request(app).get('/').set('Accept', BROWSER);
    const etag = headers['etag'] ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await request(app)
      .get('/trash')
      .set({ Accept: BROWSER, 'If-None-Match': etag })
      .expect(304);
    expect(again.text).toBe('');
    expect(again.headers).toMatchObject({ etag, 'cache-control': 'no-cache' });
    await request(app).get('/').set({ Accept: BROWSER, 'If-None-Match': '"other"' }).expect(200);
  });

  it('is replaced by build instructions if it is not built', async () => {
    const bare = await appWith(join(folder, 'nothing-here'));
    for (const path of ['/', '/gallery']) {
      const res = await request(bare).get(path).set('Accept', BROWSER).expect(404);
      expect(res.type).toBe('text/plain');
      expect(res.text).toContain('Run `npm run build`');
      expect(res.text).not.toContain(folder);
      expect(res.headers['cache-control']).toBe('no-store');
    }
    const api = await request(bare).get('/graphql').set('Accept', 'application/json').expect(200);
    expect(api.body).toEqual({ passedOn: '/graphql' });
  });
});

describe('a file', () => {
  it.each([
    ['/assets/main-4f2a.js', 'text/javascript', 'public, max-age=31536000, immutable'],
    ['/sw.js', 'text/javascript', 'no-cache'],
    ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['/index.html', 'text/html', 'no-cache'],
  ])('at %s has the type %s and the Cache-Control %s', async (path, type, cacheControl) => {
    const res = await request(app).get(path).set('Accept', '*/*').expect(200);
    expect(res.type).toBe(type);
    expect(res.headers).toMatchObject({
      'cache-control': cacheControl,
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    await request(app)
      .get(path)
      .set('If-None-Match', res.headers['etag'] ?? '')
      .expect(304);
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('is sent to a client that accepts "%s" with the encoding %s', async (accepted, coding) => {
    const res = await request(app).get('/assets/main-4f2a.js').set('Accept-Encoding', accepted).expect(200);
    expect(res.headers['content-encoding']).toBe(coding);
    expect(res.headers['vary']).toBe('Accept-Encoding');
    expect(res.text).toBe(CODE);
  });

  it('has a different ETag for each encoding', async () => {
    const tags = new Set<string | undefined>();
    for (const coding of ['br', 'gzip', 'identity']) {
      const set = { 'Accept-Encoding': coding };
      const { headers } = await request(app).get('/assets/main-4f2a.js').set(set);
      tags.add(headers['etag']);
      const kept = { ...set, 'If-None-Match': headers['etag'] ?? '' };
      const again = await request(app).get('/assets/main-4f2a.js').set(kept).expect(304);
      expect(again.headers['content-encoding']).toBeUndefined();
    }
    expect(tags.size).toBe(3);
  });

  it('that is missing among the assets causes a 404', async () => {
    const res = await request(app).get('/assets/gone-1.js').set('Accept', BROWSER).expect(404);
    expect(res.type).toBe('text/plain');
    expect(res.text).not.toContain('<title>');
    expect(res.headers['cache-control']).toBe('no-store');
  });

  // Written to the socket directly, because an HTTP client would normalize the path.
  it.each([
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/assets//../../../secret.txt',
    '/.vite/manifest.json',
    '/assets/../.vite/manifest.json',
    '/%2evite/manifest.json',
    '/assets/%00',
    '/assets/%',
    '/assets/',
    '/assets/main-4f2a.js.br',
    '/assets/main-4f2a.js.gz',
    '/__proto__',
  ])('is not sent at %s', async (path) => {
    const response = await raw(path);
    expect(response).not.toContain('secret"');
    expect(response).not.toMatch(/\r\n\r\nsecret/);
    expect(response).not.toContain('immutable');
  });
});

describe('the policy', () => {
  const policyOf = (header = '') =>
    new Map(
      header.split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources.join(' ')];
      }),
    );

  it.each(['/', '/sw.js', '/assets/main-4f2a.js'])('of %s allows only files of this origin', async (path) => {
    const res = await request(app).get(path).set('Accept', BROWSER);
    const policy = policyOf(res.headers['content-security-policy']);
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': expect.stringMatching(/^'self' 'sha256-[\w+/]{43}='$/),
      'img-src': "'self' data: blob:",
      'connect-src': "'self'",
      'worker-src': "'self'",
      'manifest-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(res.headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  });

  it('allows images from and connections to a bucket, and nothing else from it', async () => {
    const bucket = 'https://storage.example/photos/';
    const res = await request(await appWith(join(folder, 'public'), [bucket]))
      .get('/')
      .set('Accept', BROWSER);
    const policy = policyOf(res.headers['content-security-policy']);
    const named = [...policy].filter(([, sources]) => sources.includes(bucket)).map(([name]) => name);
    expect(named).toEqual(['img-src', 'connect-src']);
  });
});
