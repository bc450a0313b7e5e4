import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, sha256, startApp, type TestApp } from './support/app.ts';
import { jpeg } from './support/images.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const PAGE = '<!doctype html><title>ImgStream</title>';
const EMAIL_QUERY = 'query Email { viewer { email } }';
const DOCUMENT_ID = `sha256:${sha256(Buffer.from(EMAIL_QUERY))}`;

/** A minimal build that replaces the real one. */
let builtDir: string;
beforeAll(async () => {
  builtDir = await mkdtemp(join(tmpdir(), 'built-'));
  await mkdir(join(builtDir, 'public/assets'), { recursive: true });
  await mkdir(join(builtDir, 'playground'));
  await writeFile(join(builtDir, 'public/index.html'), PAGE);
  await writeFile(join(builtDir, 'public/sw.js'), 'self.skipWaiting();');
  await writeFile(join(builtDir, 'public/assets/main-1.js'), 'export {};');
  await writeFile(join(builtDir, 'playground/index.html'), '<title>ImgStream playground</title>');
  await writeFile(join(builtDir, 'persisted-documents.json'), JSON.stringify({ [DOCUMENT_ID]: EMAIL_QUERY }));
});
afterAll(() => rm(builtDir, { recursive: true }));

const navigate = (client: Client, path: string) => client.fetch(path, { headers: { accept: BROWSER } });

function post(client: Client, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return client.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('the web app', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ builtDir });
  });
  afterAll(() => app.close());

  it('is served at all of its own paths', async () => {
    for (const path of ['/', '/gallery', '/photo/1']) {
      const response = await navigate(app.client, path);
      expect([response.status, await response.text()]).toEqual([200, PAGE]);
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    }
    const playground = await navigate(app.client, '/graphql');
    expect(await playground.text()).toContain('playground');
  });

  it('is not served at paths of the API', async () => {
    const { router } = app.nest.getHttpAdapter().getInstance();
    const routes: string[] = router.stack
      .flatMap((layer: any) => layer.route?.path ?? [])
      .filter((route: string) => /^\/\w/.test(route));
    expect(routes.length).toBeGreaterThan(5);
    for (const route of [...routes, '/graphql/x', '/uploads', '/media']) {
      const path = route.replaceAll(/[:*{]\w+}?/g, 'x');
      expect([path, await (await navigate(app.client, path)).text()]).not.toEqual([path, PAGE]);
    }
  });

  it('is not served to clients that do not accept HTML', async () => {
    const response = await app.client.fetch('/nowhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('can run operations by document id', async () => {
    const response = await post(app.client, { documentId: DOCUMENT_ID });
    expect(await response.json()).toEqual({ data: { viewer: { email: 'dev@localhost.localdomain' } } });
  });

  it('can query the configuration of the service', async () => {
    const { serverInfo } = await app.client.data(`{ serverInfo { version trashDays
      signIn { mode signInUrl signOutUrl } uploads { maxFileBytes maxImagePixels formats { contentType extensions } } } }`);
    expect(serverInfo).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      trashDays: 30,
      signIn: { mode: 'DEV', signInUrl: null, signOutUrl: null },
      uploads: { maxFileBytes: 104_857_600, maxImagePixels: 256_000_000 },
    });
    expect(serverInfo.uploads.formats).toContainEqual({
      contentType: 'image/tiff',
      extensions: ['.tif', '.tiff'],
    });
  });
});

describe('behind a proxy', () => {
  let app: TestApp;
  let ada: Client;
  beforeAll(async () => {
    app = await startApp({ builtDir, proxy: true, env: { AUTH_SIGN_OUT_URL: '/oauth2/sign_out' } });
    ada = await app.user('ada');
  });
  afterAll(() => app.close());

  it.each(['/', '/gallery', '/index.html', '/sw.js', '/assets/main-1.js', '/assets/gone.js'])(
    'serves nothing at %s without authentication',
    async (path) => {
      const response = await fetch(app.url + path, { headers: { accept: BROWSER } });
      expect(response.status).toBe(401);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    },
  );

  it('serves the app to a signed-in user', async () => {
    expect(await (await navigate(ada, '/gallery')).text()).toBe(PAGE);
    expect((await ada.fetch('/assets/main-1.js')).status).toBe(200);
  });

  it('responds 401 to requests of a page whose session has expired', async () => {
    const fromPage = { 'X-Requested-With': 'XMLHttpRequest' };
    const body = { documentId: DOCUMENT_ID };
    const expired = await post(new Client(app.url, {}), body, fromPage);
    expect(expired.status).toBe(401);
    expect(await expired.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const signedIn = await post(ada, body, fromPage);
    expect(await signedIn.json()).toEqual({ data: { viewer: { email: 'ada@example.com' } } });
    const bytes = await jpeg({ seed: 7 });
    const [target] = await ada.declare({ name: 'a.jpg', bytes });
    const put = (client: Record<string, string>) =>
      fetch(app.url + target?.['url'], {
        method: 'PUT',
        headers: { ...client, ...fromPage, 'content-type': 'image/jpeg' },
        body: new Uint8Array(bytes),
      });
    expect((await put({})).status).toBe(401);
    expect((await put(ada.headers)).status).toBe(200);
  });

  it('clears the browser’s data on a same-origin request of a signed-in user only', async () => {
    const clear = (client: Client, headers: Record<string, string> = {}) =>
      client.fetch('/clear-site-data', { method: 'POST', headers });
    const cleared = await clear(ada);
    expect(cleared.status).toBe(204);
    expect(cleared.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(cleared.headers.get('cache-control')).toBe('no-store');
    const refusals = [
      await clear(new Client(app.url, {})),
      await clear(ada, { origin: 'https://elsewhere.example' }),
      await ada.fetch('/clear-site-data'),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([401, 403, 404]);
    for (const { headers } of refusals) expect(headers.get('clear-site-data')).toBeNull();
  });

  it('returns the sign-in and sign-out URLs of the proxy', async () => {
    const { serverInfo } = await ada.data('{ serverInfo { signIn { mode signInUrl signOutUrl } } }');
    expect(serverInfo.signIn).toEqual({
      mode: 'PROXY',
      signInUrl: '/?sign-in',
      signOutUrl: '/oauth2/sign_out',
    });
  });
});

describe('with TRUSTED_DOCUMENTS_ONLY', () => {
  it('refuses other documents and turns off the playground', async () => {
    const app = await startApp({ builtDir, env: { TRUSTED_DOCUMENTS_ONLY: 'true' } });
    try {
      expect((await post(app.client, { documentId: DOCUMENT_ID })).status).toBe(200);
      const other = await app.client.graphql('{ viewer { id } }');
      expect([other.status, other.errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
      const upload = await app.client.multipart([{ name: 'a.jpg', bytes: await jpeg() }]);
      expect([upload.status, upload.data ?? null]).toEqual([403, null]);
      const playground = await navigate(app.client, '/graphql');
      expect(playground.status).toBe(404);
      expect(await playground.text()).toContain('TRUSTED_DOCUMENTS_ONLY=true');
    } finally {
      await app.close();
    }
  });
});
