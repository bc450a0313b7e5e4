import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { violationsInAllVariants } from './accessibility.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { jpeg, testImage } from '../support/images.ts';

let app: TestApp;
let browser: Browser;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  await app.client.upload(
    { name: 'a.jpg', bytes: await jpeg({ seed: 1 }) },
    { name: 'b.jpg', bytes: await jpeg({ seed: 2 }) },
    { name: 'c.png', bytes: await testImage({ seed: 3 }).png().toBuffer() },
  );
});
afterAll(async () => {
  await browser.close();
  await app.close();
});
beforeEach(() =>
  app.client.data(
    'mutation { updateSettings(patch: { locale: "en", theme: SYSTEM, pageSize: 50, timeZone: "UTC" }) { __typename } }',
  ),
);
afterEach(async () => {
  await Promise.all(opened.map(({ page }) => page.context().close()));
  opened = [];
});

async function openSettings(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, app.url, { timezoneId: 'Asia/Tokyo', ...options });
  opened.push(watched);
  await watched.page.goto(`${app.url}/settings`);
  await watched.page.getByRole('heading', { level: 1 }).waitFor();
  return watched;
}

/** Performs an action that changes settings and waits until the service has responded. */
async function waitForSave(page: Page, change: () => Promise<unknown>): Promise<void> {
  const responded = page.waitForResponse(
    (response) => response.request().postData()?.includes('"patch"') ?? false,
  );
  await change();
  await (await responded).finished();
}

const storedSettings = async () =>
  (await app.client.data('{ viewer { settings { locale theme pageSize timeZone } } }'))['viewer'].settings;

it('sets the time zone of an empty library to that of the browser, but does not replace a chosen one', async () => {
  const empty = await startApp();
  try {
    const zone = async () =>
      (await empty.client.data('{ viewer { settings { timeZone } } }'))['viewer'].settings.timeZone;
    const watched = await openPage(browser, empty.url, { timezoneId: 'Pacific/Auckland' });
    opened.push(watched);
    const { page } = watched;
    await waitForSave(page, () => page.goto(empty.url));
    expect(await zone()).toBe('Pacific/Auckland');
    await empty.client.data(
      'mutation { updateSettings(patch: { timeZone: "Europe/Paris" }) { __typename } }',
    );
    await page.goto(`${empty.url}/settings`);
    await page.getByRole('button', { name: 'Pacific/Auckland' }).waitFor();
    expect(await zone()).toBe('Europe/Paris');
  } finally {
    await empty.close();
  }
});

it('stores the language on the server', async () => {
  const { page, faults } = await openSettings();
  await waitForSave(page, () => page.getByText('日本語').click());
  await page.getByRole('heading', { level: 1, name: '設定' }).waitFor();
  expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual([
    'ホーム',
    'アップロード',
    'ギャラリー',
    'ゴミ箱',
    '設定',
  ]);
  expect((await storedSettings()).locale).toBe('ja');

  // A second browser without local data.
  const other = await openSettings();
  await other.page.getByRole('heading', { level: 1, name: '設定' }).waitFor();
  expect(await other.page.locator('html').getAttribute('lang')).toBe('ja');
  expect(faults).toEqual([]);
});

it('stores the theme on the server', async () => {
  const { page } = await openSettings({ colorScheme: 'light' });
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  const light = await background();
  await waitForSave(page, () => page.getByText('Dark').click());
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.evaluate('localStorage.clear()');
  await page.reload();
  await page.locator('html[data-theme=dark]').waitFor();
  expect(await background()).toBe(dark);
  expect(await page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
});

it('stores page size and time zone on the server, and the theme when changed with the keyboard', async () => {
  const { page } = await openSettings();
  await waitForSave(page, () => page.getByLabel('Page size').selectOption('100'));
  await waitForSave(page, () => page.getByRole('button', { name: /Asia\/Tokyo/ }).click());
  await page.getByRole('radio', { name: 'System' }).focus();
  await waitForSave(page, () => page.keyboard.press('ArrowRight'));
  expect(await storedSettings()).toEqual({
    locale: 'en',
    theme: 'LIGHT',
    pageSize: 100,
    timeZone: 'Asia/Tokyo',
  });
  await page.reload();
  expect(await page.getByLabel('Page size').inputValue()).toBe('100');
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Asia/Tokyo');
  expect(await page.getByRole('button', { name: /Asia\/Tokyo/ }).count()).toBe(0);
});

it('reverts a change that the server rejects, and offers a retry', async () => {
  const { page } = await openSettings();
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('"patch"')
      ? route.fulfill({
          status: 403,
          json: { errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] },
        })
      : route.fallback(),
  );
  await page.getByText('Dark').click();
  await page.getByText('Could not save the settings.').waitFor();
  expect(await page.getByRole('radio', { name: 'System' }).isChecked()).toBe(true);
  expect(await page.locator('html').getAttribute('data-theme')).toBeNull();
  await page.unrouteAll();
  await waitForSave(page, () => page.getByRole('button', { name: 'Try again' }).click());
  expect((await storedSettings()).theme).toBe('DARK');
});

it('shows the storage by file type, the signed-in user and the keyboard shortcuts', async () => {
  const { page, faults } = await openSettings();
  await page.getByRole('img', { name: /^Storage by file type/ }).waitFor();
  const rows = await page
    .getByRole('table', { name: 'Storage by file type' })
    .getByRole('row')
    .allInnerTexts();
  expect(rows.map((row) => row.split(/\s*\t\s*/).slice(0, 2))).toEqual([
    ['Type', 'Photos'],
    ['JPEG', '2'],
    ['PNG', '1'],
  ]);
  await page.getByText('dev@localhost.localdomain').waitFor();
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  await page.getByRole('region', { name: 'Keyboard shortcuts' }).getByText('Go to Gallery').waitFor();
  expect(await violationsInAllVariants(page)).toEqual([]);
  expect(faults).toEqual([]);
});
