import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { uploadForty, waitForTiles } from './forty-photos.ts';

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

let app: TestApp;
let browser: Browser;
/** Newest first. */
let ids: string[];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  ids = await uploadForty(app);
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

let opened: Awaited<ReturnType<typeof openPage>>;
afterEach(async () => {
  await opened.page.context().close();
  if (opened.faults.length > 0) throw new Error(opened.faults.join('\n'));
});

async function open(path = '/gallery', options: BrowserContextOptions = {}): Promise<Page> {
  opened = await openPage(browser, app.url, { viewport: { width: 1280, height: 800 }, ...options });
  await opened.page.goto(`${app.url}${path}`);
  return opened.page;
}

const tile = (page: Page, index: number) => page.locator(`[data-photo="${ids[index]}"]`);
const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selected photos' });
const favorites = async () =>
  (await app.client.data('{ photos(first: 100, filter: { isFavorite: true }) { nodes { id } } }'))[
    'photos'
  ].nodes.map(({ id }: { id: string }) => id);

describe('the frame', () => {
  it('links to every view and marks the current one', async () => {
    const page = await open('/');
    for (const name of ['Upload', 'Gallery', 'Trash', 'Settings', 'Home']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.locator('nav [aria-current=page]').innerText()).toBe(name);
      expect(await page.title()).toContain('ImgStream');
    }
    await page.getByText(/^ImgStream \d/).waitFor();
  });

  it('shows shortcuts on ? and follows them, except while the user types', async () => {
    const page = await open('/gallery');
    await tile(page, 0).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('gh');
    expect(new URL(page.url()).pathname).not.toBe('/');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL(`${app.url}/`);
  });

  it('uses Japanese if the settings say so', async () => {
    await app.client.data('mutation { updateSettings(patch: { locale: "ja" }) { __typename } }');
    try {
      const page = await open();
      await page.getByRole('link', { name: 'ゴミ箱' }).waitFor();
      await page.getByRole('heading', { name: '2024年3月', exact: true }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    } finally {
      await app.client.data('mutation { updateSettings(patch: { locale: "en" }) { __typename } }');
    }
  });

  it('obeys the content security policy on an iPhone, where a dialog stops the page from scrolling', async () => {
    opened = await openPage(browser, app.url, PHONE);
    const { page } = opened;
    await page.addInitScript(`
      Object.defineProperty(navigator, 'platform', { get: () => 'iPhone' });
      Object.defineProperty(navigator, 'userAgentData', { get: () => undefined });`);
    await page.goto(`${app.url}/gallery`);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    const overscroll = "getComputedStyle(document.querySelector('main')).overscrollBehaviorY";
    expect(await page.evaluate(overscroll)).toBe('contain');
  });
});

describe('the web app when requests fail', () => {
  it('reports a lost connection and sends pending changes once it returns', async () => {
    const page = await open();
    await waitForTiles(page);
    await tile(page, 7).getByRole('checkbox').click();
    await bar(page).waitFor();
    await page.context().setOffline(true);
    await page.getByText('No connection.').waitFor();
    await bar(page).getByRole('button', { name: 'Move to trash' }).click();
    await tile(page, 7).waitFor({ state: 'detached' });
    await page.context().setOffline(false);
    await page.getByText('Photo moved to trash').waitFor();
    await page.getByText('No connection.').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await page.getByText('Undone').waitFor();
    await tile(page, 7).waitFor();
    opened.faults.splice(0);
  });

  it('retries images that failed to load', async () => {
    const page = await open('/settings');
    let isBroken = true;
    await page.route('**/media/**', (route) => (isBroken ? route.abort() : route.continue()));
    const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('/media/'));
    await page.getByRole('link', { name: 'Gallery' }).click();
    await failed;
    isBroken = false;
    await waitForTiles(page);
    opened.faults.splice(0);
  });

  it('offers a reload if a chunk of the app no longer exists', async () => {
    opened = await openPage(browser, app.url);
    const { page } = opened;
    await page.route('**/assets/settings-page*', (route) => route.fulfill({ status: 404 }));
    await page.goto(app.url);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('alert').getByText('This page is out of date').waitFor();
    await page.unroute('**/assets/settings-page*');
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('alert').getByRole('button', { name: 'Reload' }).click(),
    ]);
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    opened.faults.splice(0);
  });

  it('asks the user to sign in after the session has expired, and then sends pending changes', async () => {
    const page = await open();
    await waitForTiles(page);
    let expired = true;
    await page.route('**/graphql', (route) =>
      expired ? route.fulfill({ status: 401, body: 'Sign in' }) : route.continue(),
    );
    await tile(page, 5).getByRole('checkbox').click();
    await page.keyboard.press('f');
    await page.getByText('Your session has expired.').waitFor();
    const popup = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await (await popup).close();
    expired = false;
    await page.getByText('Added to favourites').waitFor();
    await page.getByText('Your session has expired.').waitFor({ state: 'detached' });
    expect(await favorites()).toContain(ids[5]);
    opened.faults.splice(0);
  });

  it('shows the error, the request id and a way to continue if the service fails', async () => {
    opened = await openPage(browser, app.url);
    const { page } = opened;
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('"filter"')
        ? route.fulfill({
            status: 500,
            json: {
              errors: [{ message: 'No.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r-123' } }],
            },
          })
        : route.continue(),
    );
    await page.goto(`${app.url}/gallery`);
    await page.getByRole('alert').getByText('r-123').waitFor();
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('40 photos').waitFor();
    opened.faults.splice(0);
  });
});
