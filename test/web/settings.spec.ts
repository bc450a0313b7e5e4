import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { accessibilityFaults } from './accessibility.ts';
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

/** Does something that changes settings, as far as the service has answered. */
async function kept(page: Page, change: () => Promise<unknown>): Promise<void> {
  const answered = page.waitForResponse(
    (response) => response.request().postData()?.includes('"patch"') ?? false,
  );
  await change();
  await (await answered).finished();
}

const storedSettings = async () =>
  (await app.client.data('{ viewer { settings { locale theme pageSize timeZone } } }'))['viewer'].settings;

it('begins an empty library in the time zone of the browser, and leaves a chosen one alone', async () => {
  const empty = await startApp();
  try {
    const zone = async () =>
      (await empty.client.data('{ viewer { settings { timeZone } } }'))['viewer'].settings.timeZone;
    const watched = await openPage(browser, empty.url, { timezoneId: 'Pacific/Auckland' });
    opened.push(watched);
    const { page } = watched;
    await kept(page, () => page.goto(empty.url));
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

it('keeps the language on the server', async () => {
  const { page, faults } = await openSettings();
  await kept(page, () => page.getByText('日本語').click());
  await page.getByRole('heading', { level: 1, name: '設定' }).waitFor();
  expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual([
    'ホーム',
    'アップロード',
    'ギャラリー',
    'ゴミ箱',
    '設定',
  ]);
  expect((await storedSettings()).locale).toBe('ja');

  // Another browser, that was never here.
  const other = await openSettings();
  await other.page.getByRole('heading', { level: 1, name: '設定' }).waitFor();
  expect(await other.page.locator('html').getAttribute('lang')).toBe('ja');
  expect(faults).toEqual([]);
});

it('keeps the theme on the server', async () => {
  const { page } = await openSettings({ colorScheme: 'light' });
  const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  const light = await ground();
  await kept(page, () => page.getByText('Dark').click());
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.evaluate('localStorage.clear()');
  await page.reload();
  await page.locator('html[data-theme=dark]').waitFor();
  expect(await ground()).toBe(dark);
  expect(await page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
});

it('keeps page size and time zone on the server, by keyboard too', async () => {
  const { page } = await openSettings();
  await kept(page, () => page.getByLabel('Page size').selectOption('100'));
  await kept(page, () => page.getByRole('button', { name: /Asia\/Tokyo/ }).click());
  await page.getByRole('radio', { name: 'System' }).focus();
  await kept(page, () => page.keyboard.press('ArrowRight'));
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

it('takes a change back that the server does not keep, and tries again', async () => {
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
  await page.getByText('That could not be saved.').waitFor();
  expect(await page.getByRole('radio', { name: 'System' }).isChecked()).toBe(true);
  expect(await page.locator('html').getAttribute('data-theme')).toBeNull();
  await page.unrouteAll();
  await kept(page, () => page.getByRole('button', { name: 'Try again' }).click());
  expect((await storedSettings()).theme).toBe('DARK');
});

it('shows the storage by type, who is there, and the keys', async () => {
  const { page, faults } = await openSettings();
  await page.getByRole('img', { name: /^Storage by type/ }).waitFor();
  const rows = await page
    .getByRole('table', { name: 'Storage by type of file' })
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
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
});
