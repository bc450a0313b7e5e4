import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { violationsInAllVariants } from './accessibility.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { cameraExif, jpeg } from '../support/images.ts';

let app: TestApp;
let browser: Browser;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await app.close();
});
afterEach(async () => {
  await Promise.all(opened.map(({ page }) => page.context().close()));
  opened = [];
});

async function openHome(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, app.url, options);
  opened.push(watched);
  await watched.page.goto(app.url);
  return watched;
}

/** Today's date in another year, as EXIF and as the page shows it, in the time zone of machine and service. */
function thisDay(year: number): { exif: string; displayed: string } {
  const now = new Date();
  // February 29 does not exist in every year.
  const day = now.getMonth() === 1 && now.getDate() === 29 ? 28 : now.getDate();
  const date = new Date(year, now.getMonth(), day);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    exif: `${year}:${two(date.getMonth() + 1)}:${two(day)} 10:00:00`,
    displayed: date.toLocaleDateString('en', { year: 'numeric', month: 'long', day: 'numeric' }),
  };
}

async function upload(name: string, seed: number, taken: string, model: string): Promise<void> {
  const exif = cameraExif(taken, { make: 'Canon', model });
  await app.client.upload({ name, bytes: await jpeg({ seed, exif }) });
}

const imagesIn = (page: Page, section: string) =>
  page.getByRole('region', { name: section }).getByRole('img');
const rowsOf = async (page: Page, table: string) =>
  (await page.getByRole('table', { name: table }).getByRole('row').allInnerTexts()).map((row) =>
    row.split(/\s*\t\s*/).slice(0, 2),
  );

describe('the home page of an empty library', () => {
  it('explains how to start, and shows the first photo as soon as it is uploaded', async () => {
    const { page, faults } = await openHome();
    await page.getByRole('heading', { name: 'Your library is empty' }).waitFor();
    expect(await page.getByRole('link', { name: 'Open the playground' }).getAttribute('href')).toBe(
      '/graphql',
    );
    expect(await page.getByRole('link', { name: 'Choose photos' }).getAttribute('href')).toBe('/upload');
    expect(await page.getByRole('link', { name: 'Choose a folder' }).getAttribute('href')).toBe('/upload');
    expect(await violationsInAllVariants(page)).toEqual([]);

    await upload('first.jpg', 1, '2021:03:01 10:00:00', 'EOS R5');
    await imagesIn(page, 'Recently added').first().waitFor();
    expect(faults).toEqual([]);
  });

  it('is in Japanese if the settings say so', async () => {
    await app.client.data('mutation { updateSettings(patch: { locale: "ja" }) { __typename } }');
    try {
      const { page } = await openHome({ locale: 'ja-JP' });
      await page.getByRole('heading', { name: '最近追加した写真' }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    } finally {
      await app.client.data('mutation { updateSettings(patch: { locale: "en" }) { __typename } }');
    }
  });
});

describe('the home page of a library', () => {
  const year = new Date().getFullYear();
  beforeAll(async () => {
    await upload('lately.jpg', 2, '2021:03:02 10:00:00', 'EOS R5');
    await upload('last year.jpg', 3, thisDay(year - 1).exif, 'EOS 40D');
    await upload('long ago.jpg', 4, thisDay(year - 4).exif, 'EOS R5');
    await upload('newest.jpg', 5, '2021:05:01 10:00:00', 'EOS R5');
  });

  it('shows the latest uploads first and opens them', async () => {
    const { page, faults } = await openHome();
    const recent = imagesIn(page, 'Recently added');
    await recent.first().waitFor();
    const names = await recent.evaluateAll((images) => images.map((image: any) => image.alt.split(',')[0]));
    expect(names).toEqual(['newest.jpg', 'long ago.jpg', 'last year.jpg', 'lately.jpg', 'first.jpg']);
    await recent.first().click();
    await page.waitForURL(/\/photo\//);
    expect(faults).toEqual([]);
  });

  it('shows photos of this day in previous years, and of no other day', async () => {
    const { page } = await openHome();
    const past = page.getByRole('region', { name: 'On this day' });
    await past.getByRole('heading', { name: 'A year ago' }).waitFor();
    await past.getByRole('heading', { name: '4 years ago' }).waitFor();
    expect(await past.getByRole('heading', { level: 3 }).count()).toBe(2);
    expect(await past.getByText(thisDay(year - 1).displayed).count()).toBe(1);
    expect(await past.getByRole('img', { name: /^last year\.jpg/ }).count()).toBe(1);
    expect(await past.getByRole('img').count()).toBe(2);
  });

  it('charts photos per month and camera, with the numbers in tables', async () => {
    const { page, faults } = await openHome();
    await page.getByRole('img', { name: /^Photos per month/ }).waitFor();
    await page.getByRole('img', { name: /^Photos per camera/ }).waitFor();
    expect((await rowsOf(page, 'Photos per month')).slice(-2)).toEqual([
      ['May 2021', '1'],
      ['March 2021', '2'],
    ]);
    expect(await rowsOf(page, 'Photos per camera')).toEqual([
      ['Camera', 'Photos'],
      ['Canon EOS R5', '4'],
      ['Canon EOS 40D', '1'],
    ]);
    await page.getByText('5 photos', { exact: true }).waitFor();
    expect(await violationsInAllVariants(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByTitle('March 2021: 2 photos').click();
    await page.waitForURL('**/gallery?from=2021-03-01&to=2021-03-31');
    await page.goBack();
    await page.getByRole('link', { name: 'May 2021' }).click();
    await page.waitForURL('**/gallery?from=2021-05-01&to=2021-05-31');
    expect(faults).toEqual([]);
  });
});
