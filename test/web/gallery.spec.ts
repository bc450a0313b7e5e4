import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { cameraExif, jpeg } from '../support/images.ts';
import { uploadForty, waitForTiles } from './forty-photos.ts';
import { Touch } from '../support/touch.ts';
import { violations } from './accessibility.ts';

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

describe('the gallery', () => {
  it('shows the newest month first, with all tiles in order', async () => {
    const page = await open();
    await waitForTiles(page);
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe('March 2024');
    expect(await page.getByText('40 photos').isVisible()).toBe(true);
    const boxes = await Promise.all(ids.slice(0, 10).map((_, index) => tile(page, index).boundingBox()));
    const places = boxes.map((box) => (box?.y ?? 0) * 10_000 + (box?.x ?? 0));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(new Set(places).size).toBe(10);
  });

  it('reaches the last photo with the End key on the scrubber', async () => {
    const page = await open();
    await waitForTiles(page);
    await page.getByRole('slider', { name: 'Timeline' }).press('End');
    await page.getByRole('heading', { name: 'March 2022' }).waitFor();
    await tile(page, 39).waitFor();
    await waitForTiles(page);
  });

  it('stores filters in the URL and shows them as removable chips', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByLabel('Camera').selectOption('NIKON D750');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('20 photos').waitFor();
    expect(new URL(page.url()).search).toBe('?camera=NIKON+D750');
    await page.reload();
    await page.getByText('20 photos').waitFor();
    await page.getByRole('button', { name: 'Remove filter: NIKON D750' }).click();
    await page.getByText('40 photos').waitFor();
    await page.goBack();
    await page.getByText('20 photos').waitFor();
  });

  it('can be filtered by several tags, each of which can be removed', async () => {
    const tag = async (photos: string[], change: string) =>
      app.client.data(
        `mutation ($ids: [ID!]!) { updatePhotos(ids: $ids, patch: { ${change} }) { __typename } }`,
        { ids: photos },
      );
    await tag(ids.slice(0, 3), 'tags: ["sea"]');
    await tag(ids.slice(0, 1), 'addTags: ["boat"]');
    const page = await open();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const select = page.getByRole('combobox', { name: 'Tag' });
    for (const name of ['sea', 'boat']) await select.selectOption(name);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('1 photo', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?tag=sea&tag=boat');
    await page.getByRole('button', { name: 'Remove filter: #boat' }).click();
    await page.getByText('3 photos', { exact: true }).waitFor();
    await tag(ids.slice(0, 3), 'tags: null');
  });

  it('selects with checkboxes, Shift and the keyboard, and clears the selection on Escape', async () => {
    const page = await open();
    await waitForTiles(page);
    await tile(page, 1).getByRole('checkbox').click();
    await bar(page).getByText('1 selected').waitFor();
    await tile(page, 4).click({ modifiers: ['Shift'] });
    await bar(page).getByText('4 selected').waitFor();
    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'detached' });
    await tile(page, 0).locator('a').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(' ');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await bar(page).getByText('3 selected').waitFor();
    await page.keyboard.press('Control+a');
    await bar(page).getByText('40 selected').waitFor();
  });

  it('selects a range of cards with Shift and with the keyboard', async () => {
    const page = await open('/gallery?sort=name');
    await waitForTiles(page);
    const cards = page.locator('[data-photo]');
    await cards.nth(1).getByRole('checkbox').click();
    await cards.nth(4).click({ modifiers: ['Shift'] });
    await bar(page).getByText('4 selected').waitFor();
    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'detached' });
    await cards.nth(0).locator('a').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    const columns = await page
      .locator('ul:has(> li > [data-photo])')
      .evaluate((list: any) => getComputedStyle(list).gridTemplateColumns.split(' ').length);
    await bar(page)
      .getByText(`${columns + 2} selected`)
      .waitFor();
  });

  it('selects a photo on long press and opens it on tap', async () => {
    const page = await open('/gallery', PHONE);
    await waitForTiles(page);
    const touch = await Touch.on(page);
    const middle = async (index: number) => {
      const { x = 0, y = 0, width = 0, height = 0 } = (await tile(page, index).boundingBox()) ?? {};
      return [x + width / 2, y + height / 2] as const;
    };
    await touch.hold(await middle(0), async () => {
      await bar(page).getByText('1 selected').waitFor();
      const opensMenu = await tile(page, 0)
        .locator('img')
        .evaluate((image: any) =>
          image.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })),
        );
      expect(opensMenu).toBe(false);
    });
    expect(new URL(page.url()).pathname).toBe('/gallery');
    await touch.tap(await middle(1));
    await bar(page).getByText('2 selected').waitFor();
    await bar(page).getByRole('button', { name: 'Clear selection' }).click();
    // A tap in the corner does not hit the hidden checkbox.
    const { x = 0, y = 0 } = (await tile(page, 2).boundingBox()) ?? {};
    await touch.tap([x + 10, y + 10]);
    await page.waitForURL(`**/photo/${ids[2]}`);
  });

  it('adds favourites, and Undo removes only those that were not favourites before', async () => {
    const page = await open();
    await waitForTiles(page);
    await app.client.data(
      `mutation { updatePhotos(ids: ["${ids[0]}"], patch: { isFavorite: true }) { __typename } }`,
    );
    for (const index of [0, 1, 2]) await tile(page, index).getByRole('checkbox').click();
    await page.keyboard.press('f');
    await page.getByText('2 photos added to favourites').waitFor();
    expect(new Set(await favorites())).toEqual(new Set(ids.slice(0, 3)));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();
    expect(await favorites()).toEqual([ids[0]]);
  });

  it('moves photos to the trash immediately and restores them with Undo', async () => {
    const page = await open();
    await waitForTiles(page);
    await tile(page, 0).getByRole('checkbox').click();
    await bar(page).getByRole('button', { name: 'Move to trash' }).click();
    await tile(page, 0).waitFor({ state: 'detached' });
    await page.getByText('39 photos').waitFor();
    // One of the remaining photos can be reached with Tab.
    await page.locator('[data-photo] a[tabindex="0"]').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await tile(page, 0).waitFor();
    await page.getByText('40 photos').waitFor();
  });

  it('downloads the selected originals unchanged in one archive', async () => {
    const page = await open();
    await waitForTiles(page);
    for (const index of [0, 1, 2]) await tile(page, index).getByRole('checkbox').click();
    await bar(page).getByRole('button', { name: 'More' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Download' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toMatch(/^ImgStream \d{4}-\d\d-\d\d\.zip$/);
    const zip = await readFile(await saved.path());
    for (const index of [0, 1, 2]) {
      const original = await app.client.fetch(`/media/${ids[index]}/original`);
      // The archive stores the files without compression, so it contains their bytes.
      expect(zip.includes(Buffer.from(await original.arrayBuffer()))).toBe(true);
      expect(zip.includes(`photo-${index}.jpg`)).toBe(true);
    }
    await page.getByText('3 originals downloaded').waitFor();
  });

  it('updates when another client adds or deletes a photo', async () => {
    const page = await open('/settings');
    // Loads the page again so that the awaited WebSocket belongs to it and not to the page before it.
    await page.goto('about:blank');
    const subscribed = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framesent'));
    await page.goto(`${app.url}/settings`);
    await subscribed;
    await page.getByRole('link', { name: 'Gallery' }).click();
    await waitForTiles(page);
    const [added] = await app.client.upload({
      name: 'new.jpg',
      bytes: await jpeg({ seed: 99, exif: cameraExif('2025:01:01 10:00:00') }),
    });
    await page.locator(`[data-photo="${added?.['id']}"]`).waitFor();
    await app.client.data(`mutation { deletePhotos(ids: ["${added?.['id']}"]) { __typename } }`);
    await page.locator(`[data-photo="${added?.['id']}"]`).waitFor({ state: 'detached' });
  });

  it('restores the scroll position after a photo was opened', async () => {
    const page = await open('/gallery', { viewport: { width: 700, height: 500 } });
    await waitForTiles(page);
    await page.evaluate(() => window.scrollTo(0, 700));
    await waitForTiles(page);
    const before = await page.evaluate(() => window.scrollY);
    expect(before).toBe(700);
    const id = await page.evaluate(
      () => document.elementFromPoint(300, 300)?.closest<HTMLElement>('[data-photo]')?.dataset['photo'],
    );
    await page.mouse.click(300, 300);
    await page.waitForURL(`**/photo/${id}`);
    await page.goBack();
    await page.locator(`[data-photo="${id}"]`).waitFor();
    await page.waitForFunction((y) => Math.abs(window.scrollY - y) < 4, before);
  });

  it('has pages when sorted by name, including in the table view', async () => {
    await app.client.data('mutation { updateSettings(patch: { pageSize: 25 }) { __typename } }');
    const page = await open('/gallery?sort=name&view=list');
    await page.getByRole('link', { name: 'photo-0.jpg' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(26);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/after=/);
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 15);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await page.getByRole('link', { name: 'photo-0.jpg' }).waitFor();
    await page.getByRole('checkbox').nth(1).check();
    await page
      .getByRole('checkbox')
      .nth(4)
      .click({ modifiers: ['Shift'] });
    await bar(page).getByText('4 selected').waitFor();
  });

  it.each([
    ['light', {}],
    ['dark', {}],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('has no axe violations (%s, %o)', async (colorScheme, options) => {
    const page = await open('/gallery', { ...options, colorScheme });
    await waitForTiles(page);
    await tile(page, 1).getByRole('checkbox').dispatchEvent('click');
    await bar(page).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
