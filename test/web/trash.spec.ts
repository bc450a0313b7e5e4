import type { Browser } from 'playwright-core';
import { type Client, startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { jpeg } from '../support/images.ts';
import { violations } from './accessibility.ts';

let app: TestApp;
let client: Client;
let browser: Browser;
let ids: string[];

async function count(isTrashed: boolean): Promise<number> {
  const data = await client.data(
    `query ($isTrashed: Boolean!) { photos(filter: { isTrashed: $isTrashed }) { totalCount } }`,
    { isTrashed },
  );
  return data['photos']['totalCount'];
}

async function waitUntil(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await check()); attempt++) {
    if (attempt > 1_000) throw new Error('The condition was not met in time.');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function trash(...chosen: string[]): Promise<void> {
  await client.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', { ids: chosen });
}

async function open(path: string, options = {}) {
  const opened = await openPage(browser, app.url, { locale: 'en-US', ...options });
  await opened.page.goto(`${app.url}${path}`);
  return opened;
}

beforeAll(async () => {
  app = await startApp();
  client = app.client;
  ids = [];
  for (let seed = 0; seed < 8; seed++) {
    const [photo] = await client.upload({ name: `P${seed}.jpg`, bytes: await jpeg({ seed }) });
    ids.push(photo?.['id']);
  }
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

it('shows a message if the trash is empty', async () => {
  const { page, faults } = await open('/trash');
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
  expect(await page.getByRole('button', { name: 'Empty trash' }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('shows trashed photos with the days left, and restores one and undoes that with the keyboard', async () => {
  await trash(...ids.slice(0, 3));
  const { page, faults } = await open('/trash');
  const first = page.getByRole('checkbox', { name: 'P0.jpg, 30 days left' });
  await first.focus();
  await page.keyboard.press('Space');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('r');
  await first.waitFor({ state: 'detached' });
  await waitUntil(async () => (await count(true)) === 2);
  await page.getByRole('alertdialog').getByRole('button', { name: 'Undo' }).press('Enter');
  await first.waitFor();
  expect(await count(true)).toBe(3);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('opens a trashed photo, returns, and restores it from the lightbox', async () => {
  const { page, faults } = await open('/trash');
  await page.getByRole('checkbox').first().waitFor();
  const top = await page.getByRole('checkbox').first().getAttribute('aria-label');
  await page
    .getByRole('link', { name: /^View / })
    .first()
    .press('Enter');
  await page.getByText('In the trash').waitFor();
  await page
    .locator(`img[alt="${top?.split(',')[0]}"]`)
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/trash');
  await page
    .getByRole('link', { name: /^View / })
    .first()
    .press('Enter');
  await page.getByRole('button', { name: 'Restore' }).click();
  await waitUntil(async () => (await count(true)) === 2);
  await page.getByText('In the trash').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('deletes selected photos permanently only after their number was typed', async () => {
  const { page, faults } = await open('/trash');
  await page.getByRole('checkbox').nth(1).waitFor();
  expect(await count(true)).toBe(2);
  await page.keyboard.press('Control+a');
  await page.getByText('2 selected').waitFor();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog', { name: 'Delete 2 photos for good?' });
  const sure = dialog.getByRole('button', { name: 'Delete 2 photos' });
  expect(await sure.isDisabled()).toBe(true);
  await dialog.getByLabel('Type 2 to confirm').fill('3');
  expect(await sure.isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await count(true)).toBe(2);

  await page.keyboard.press('Delete');
  // A full-width digit, as a Japanese input method writes it.
  await dialog.getByLabel('Type 2 to confirm').fill('２');
  await sure.click();
  await page.getByText('2 photos deleted for good').waitFor();
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
  expect(await count(true)).toBe(0);
  expect(await count(false)).toBe(6);
  const gone = ids.slice(0, 3);
  const left = await Promise.all(
    gone.map((id) => client.data('query ($id: ID!) { photo(id: $id) { id } }', { id })),
  );
  expect(left.filter((result) => result['photo'] === null)).toHaveLength(2);
  expect(faults).toEqual([]);
  await page.context().close();
});

it.each([
  ['a desktop with the light theme', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }],
  ['a desktop with the dark theme', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
  ['a phone with the light theme', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
  ['a phone with the dark theme', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
] as const)('has no axe violations on %s', async (_, options) => {
  await trash(...ids.slice(4));
  const { page } = await open('/trash', { ...options, reducedMotion: 'reduce' });
  await page.getByRole('checkbox').first().check();
  await page.getByText('1 selected').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});
