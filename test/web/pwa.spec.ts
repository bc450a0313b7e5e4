import type { Browser, Page } from 'playwright-core';
import { HEADER, startApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from '../support/browser.ts';
import { type ReverseProxy, startReverseProxy } from '../support/reverse-proxy.ts';
import { jpeg } from '../support/images.ts';

/** The sign-out path of the proxy in these tests. */
const SIGNED_OUT = '/signed-out';

let app: TestApp;
let browser: Browser;
let proxy: ReverseProxy;
let page: Page;

beforeAll(async () => {
  [app, browser] = await Promise.all([
    startApp({ proxy: true, env: { AUTH_SIGN_OUT_URL: SIGNED_OUT } }),
    launchBrowser(),
  ]);
  const ada = await app.user('ada');
  proxy = await startReverseProxy(app.url, { [HEADER]: ada.headers[HEADER] ?? '' });
  proxy.handlers.set(SIGNED_OUT, (res) =>
    res.setHeader('content-type', 'text/html').end('<title>Out</title>'),
  );
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  await page.goto(proxy.url);
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await app.close();
});

it('can be installed by a signed-in user', async () => {
  const link = page.locator('link[rel=manifest]');
  expect(await link.getAttribute('crossorigin')).toBe('use-credentials');
  const response = await fetch(new URL((await link.getAttribute('href')) ?? '', proxy.url));
  const manifest: any = await response.json();
  expect(manifest).toMatchObject({
    id: '/',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    name: 'ImgStream',
  });
  expect(manifest.icons.map(({ purpose = 'any' }: { purpose?: string }) => purpose)).toContain('maskable');
  for (const { src, type } of manifest.icons) {
    const icon = await fetch(new URL(src, proxy.url));
    expect([icon.status, icon.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
  }
});

it('serves its own pages offline, but passes requests for paths of the service and the proxy through', async () => {
  await page.goto(`${proxy.url}/gallery`);
  expect(await page.evaluate('Boolean(navigator.serviceWorker.controller)')).toBe(true);
  proxy.requestedPaths.length = 0;
  await page.goto(`${proxy.url}/settings`);
  expect(proxy.requestedPaths).not.toContain('/settings');
  for (const path of ['/graphql', '/?gcp-iap-mode=DO_SESSION_REFRESH', '/?sign-in', '/health/live']) {
    await page.goto(proxy.url + path);
    expect(proxy.requestedPaths).toContain(path);
  }
});

it('offers a new version and activates it when the user agrees', async () => {
  const current = await (await fetch(new URL('/sw.js', proxy.url))).text();
  await page.goto(`${proxy.url}/settings`);
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  const offer = page.getByText('A new version is ready.');
  proxy.handlers.set('/sw.js', (res) =>
    res.setHeader('content-type', 'text/javascript').end(`${current}\n// newer\n`),
  );
  await page.evaluate(
    'navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => true)',
  );
  await offer.waitFor();
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload' }).click()]);
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  expect(await offer.count()).toBe(0);
  const left: number = await page.evaluate(
    'navigator.serviceWorker.ready.then(({ waiting, installing }) => Number(Boolean(waiting)) + Number(Boolean(installing)))',
  );
  expect(left).toBe(0);
});

it('opens without a connection and reports that there is none', async () => {
  await page.context().setOffline(true);
  await page.goto(`${proxy.url}/upload`);
  await page.getByRole('navigation').getByRole('link', { name: 'Gallery' }).waitFor();
  await page.getByText(/^No connection/).waitFor();
  await page.context().setOffline(false);
  await page.getByText(/^No connection/).waitFor({ state: 'detached' });
});

it('deletes all local data when the user signs out, and signs out every tab', async () => {
  const ada = await app.user('ada');
  const [photo] = await ada.upload({ name: 'a.jpg', bytes: await jpeg() });
  await page.goto(`${proxy.url}/gallery`);
  const isCached = `fetch('${photo?.['thumbnailUrl']}', { cache: 'only-if-cached', mode: 'same-origin' })
    .then(({ ok }) => ok, () => false)`;
  await page.waitForFunction(isCached);
  const tab = await page.context().newPage();
  await tab.goto(`${proxy.url}/gallery`);
  await tab.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(`${proxy.url}/settings`);
  await page.evaluate(`new Promise((resolve) => {
    localStorage.setItem('imgstream.searches', '["secret"]');
    indexedDB.open('kept').onsuccess = ({ target }) => resolve(target.result.close());
  })`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(proxy.url + SIGNED_OUT);
  await tab.waitForURL(proxy.url + SIGNED_OUT);
  const left = await page.evaluate(`Promise.all([
    caches.keys(),
    indexedDB.databases(),
    navigator.serviceWorker.getRegistrations(),
    Object.keys(localStorage),
  ])`);
  expect(left).toEqual([[], [], [], []]);
  expect(await page.evaluate(isCached)).toBe(false);
});
