import type { Browser, Page } from 'playwright-core';
import { violationsInAllVariants } from './accessibility.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { jpeg } from '../support/images.ts';

const MANY = 30;

let app: TestApp;
let browser: Browser;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  const names = ['京都の紅葉.jpg', 'ｶﾞｰﾃﾞﾝ.jpg', 'Café.jpg', 'かき.jpg', 'がき.jpg'];
  const many = Array.from({ length: MANY }, (_, at) => `many-${at}.jpg`);
  const files = await Promise.all(
    [...names, ...many].map(async (name, seed) => ({
      name,
      bytes: await jpeg({ width: 64, height: 48, seed }),
    })),
  );
  const outcomes = [
    ...(await app.client.upload(...files.slice(0, 20))),
    ...(await app.client.upload(...files.slice(20))),
  ];
  await app.client.data(
    'mutation ($ids: [ID!]!) { updatePhotos(ids: $ids, patch: { title: "嵐山", tags: ["秋の旅"] }) { __typename } }',
    { ids: [outcomes[0]?.['id']] },
  );
  await app.client.data('mutation { updateSettings(patch: { pageSize: 10, locale: "en" }) { __typename } }');
});
afterAll(async () => {
  await browser.close();
  await app.close();
});
afterEach(async () => {
  await Promise.all(opened.map(({ page }) => page.context().close()));
  opened = [];
});

async function open(path: string): Promise<WatchedPage> {
  const watched = await openPage(browser, app.url);
  opened.push(watched);
  await watched.page.goto(app.url + path);
  return watched;
}

const box = (page: Page) => page.getByRole('searchbox', { name: 'Search photos' });
const results = (page: Page) => page.getByRole('main').getByRole('listitem');
const waitForCount = (page: Page, count: string) =>
  page.getByRole('main').getByText(count, { exact: true }).waitFor();

/** Records the words of each search that the page sends. */
function watchSearches(page: Page): string[] {
  const searches: string[] = [];
  page.on('request', (request) => {
    const words = request.postData()?.match(/"words":"([^"]*)"/)?.[1];
    if (words !== undefined) searches.push(words);
  });
  return searches;
}

describe('a search', () => {
  it.each([
    ['ガーデン', 'ｶﾞｰﾃﾞﾝ.jpg', ['ｶﾞｰﾃﾞﾝ']],
    ['ＣＡＦＥ', 'Café.jpg', ['Café']],
    ['かき', 'かき.jpg', ['かき']],
    ['京都　紅葉', '嵐山', ['京都', '紅葉']],
    ['秋の旅', '嵐山', ['秋の旅']],
  ])('for %s finds %s and highlights the match', async (words, name, marks) => {
    const { page, faults } = await open(`/search?q=${encodeURIComponent(words)}`);
    await waitForCount(page, '1 photo');
    const [text] = await results(page).allInnerTexts();
    expect(text).toContain(name);
    expect(await results(page).locator('mark').allInnerTexts()).toEqual(marks);
    expect(await box(page).inputValue()).toBe(words);
    expect(faults).toEqual([]);
  });

  it('updates the results and the URL as the user types', async () => {
    const { page } = await open('/');
    await page.keyboard.press('/');
    await box(page).pressSequentially('caf');
    await waitForCount(page, '1 photo');
    expect(new URL(page.url()).search).toBe('?q=caf');
    await box(page).press('Backspace');
    await box(page).fill('many-');
    await waitForCount(page, `${MANY} photos`);
    await page.goBack();
    await page.waitForURL(`${app.url}/`);
  });

  it('waits until an input method has finished composing', async () => {
    const { page } = await open('/search');
    const searches = watchSearches(page);
    await box(page).focus();
    const session = await page.context().newCDPSession(page);
    for (const text of ['k', 'きょ', 'きょうと', '京都'])
      await session.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
    // Waits longer than the pause in typing after which a search is sent.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 400))');
    expect(searches).toEqual([]);
    await session.send('Input.insertText', { text: '京都' });
    await waitForCount(page, '1 photo');
    expect(searches).toEqual(['京都']);
  });

  it('aborts a request whose result is no longer needed', async () => {
    const { page } = await open('/search');
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('"words":"slow"') ? undefined : route.fallback(),
    );
    const [slow] = await Promise.all([
      page.waitForRequest((request) => request.postData()?.includes('"words":"slow"') ?? false),
      box(page).fill('slow'),
    ]);
    const aborted = page.waitForEvent('requestfailed', (request) => request === slow);
    const [failed] = await Promise.all([aborted, box(page).fill('café')]);
    expect(failed.failure()?.errorText).toContain('ABORTED');
    await waitForCount(page, '1 photo');
  });

  it('loads further pages on scroll', async () => {
    const { page } = await open('/search?q=many');
    await page.setViewportSize({ width: 700, height: 400 });
    await waitForCount(page, `${MANY} photos`);
    await results(page).locator('img').first().waitFor();
    const last = page.locator(`[aria-posinset="${MANY}"] img`);
    // Pages load one by one until the last result is visible.
    await page.keyboard.press('End');
    await last.waitFor();
    // Results far outside the viewport are not rendered.
    expect(await results(page).count()).toBeLessThan(MANY);
  });

  it('lets the lightbox move through the results beyond the loaded page', async () => {
    const { page } = await open('/search?q=many');
    await results(page).locator('img').first().click();
    const seen = new Set<string>();
    for (let n = 1; n <= MANY; n += 1) {
      await page.waitForURL((url) => url.pathname.startsWith('/photo/') && !seen.has(url.pathname));
      seen.add(new URL(page.url()).pathname);
      if (n === MANY) break;
      await page.getByRole('button', { name: 'Next photo' }).waitFor();
      await page.keyboard.press('ArrowRight');
    }
    await page.getByRole('button', { name: 'Next photo' }).waitFor({ state: 'detached' });
  });

  it('that failed clears its error when the words change', async () => {
    const { page } = await open('/search');
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('"words":"broken"')
        ? route.fulfill({ status: 403, body: 'No.' })
        : route.fallback(),
    );
    await box(page).fill('broken');
    await page.getByRole('alert').waitFor();
    await box(page).fill('café');
    await waitForCount(page, '1 photo');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('without results suggests fewer words', async () => {
    const { page, faults } = await open('/search?q=%E4%BA%AC%E9%83%BD%20zebra');
    await page.getByRole('heading', { name: 'Nothing found for “京都 zebra”' }).waitFor();
    expect(await violationsInAllVariants(page)).toEqual([]);
    await page.getByRole('link', { name: '京都' }).click();
    await waitForCount(page, '1 photo');
    expect(await violationsInAllVariants(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('is remembered if one of its results was opened, until the list is cleared', async () => {
    const { page } = await open('/search?q=zebra');
    await page.getByRole('heading', { name: /Nothing found/ }).waitFor();
    await box(page).fill('京都');
    await results(page).getByRole('link').first().click();
    await page.waitForURL(/\/photo\//);

    await page.goto(`${app.url}/search`);
    const recent = page.getByRole('region', { name: 'Recent searches' });
    await recent.waitFor();
    expect(await recent.getByRole('link').allInnerTexts()).toEqual(['京都']);
    expect(await violationsInAllVariants(page)).toEqual([]);
    await recent.getByRole('link', { name: '京都' }).click();
    await waitForCount(page, '1 photo');

    await page.goto(`${app.url}/search`);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await recent.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('region', { name: 'Search by tag' }).waitFor();
    expect(await recent.count()).toBe(0);
  });
});
