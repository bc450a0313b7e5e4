import type { Browser, Page } from 'playwright-core';
import { type Client, startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { cameraExif, jpeg } from '../support/images.ts';
import { Touch } from '../support/touch.ts';
import { violations } from './accessibility.ts';

const FIELDS = 'title description tags isFavorite takenAt takenAtLocal trashedAt';
const PLACE = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '35/1 39/1 30/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '139/1 44/1 28/1',
};

let app: TestApp;
let client: Client;
let browser: Browser;
/** Newest first, as in the timeline. */
let ids: string[];

async function upload(seed: number): Promise<string> {
  const exif = { ...cameraExif(`2024:05:${String(30 - seed)} 09:30:00`), IFD3: PLACE };
  exif['IFD2'] = { ...exif['IFD2'], ExposureTime: '1/250', OffsetTimeOriginal: '+09:00' };
  // The last photo is larger than a preview.
  const width = seed === 5 ? 3_000 : 900;
  const bytes = await jpeg({ width, height: (width * 2) / 3, seed, exif });
  const [photo] = await client.upload({ name: `IMG_${seed}.jpg`, bytes });
  return photo?.['id'];
}

async function storedPhoto(id: string): Promise<Record<string, any>> {
  return (await client.data(`query ($id: ID!) { photo(id: $id) { ${FIELDS} } }`, { id }))['photo'];
}

async function waitUntil(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await check()); attempt++) {
    if (attempt > 1_000) throw new Error('The condition was not met in time.');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function waitForPhoto(page: Page, name: string) {
  return page.getByRole('heading', { level: 1, name, includeHidden: true }).waitFor({ state: 'attached' });
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate('navigator.clipboard.readText()');
}

beforeAll(async () => {
  app = await startApp();
  client = app.client;
  ids = [];
  for (let seed = 0; seed < 6; seed++) ids.push(await upload(seed));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

async function open(path: string, options = {}) {
  const opened = await openPage(browser, app.url, { locale: 'en-US', ...options });
  await opened.page.goto(`${app.url}${path}`);
  return opened;
}

it('shows a photo at its URL, and the adjacent photos with the arrow keys up to both ends', async () => {
  const { page, faults } = await open(`/photo/${ids[1]}`);
  await waitForPhoto(page, 'IMG_1.jpg');
  await page.locator('img[alt="IMG_1.jpg"]').waitFor();
  // The adjacent photos are preloaded.
  await page.locator('img[alt="IMG_2.jpg"]').waitFor({ state: 'attached' });
  await page.locator('img[alt="IMG_0.jpg"]').waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowRight');
  await waitForPhoto(page, 'IMG_2.jpg');
  await page.keyboard.press('ArrowLeft');
  await waitForPhoto(page, 'IMG_1.jpg');
  await page.keyboard.press('ArrowLeft');
  await waitForPhoto(page, 'IMG_0.jpg');
  expect(new URL(page.url()).pathname).toBe(`/photo/${ids[0]}`);
  await page.keyboard.press('ArrowLeft');
  await page.getByText('This is the first photo').waitFor({ state: 'attached' });
  expect(new URL(page.url()).pathname).toBe(`/photo/${ids[0]}`);
  for (let step = 1; step < ids.length; step++) {
    await page.keyboard.press('ArrowRight');
    await waitForPhoto(page, `IMG_${step}.jpg`);
  }
  expect(await page.getByRole('button', { name: 'Next photo' }).count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.waitForURL('**/gallery');
  expect(faults).toEqual([]);
  await page.context().close();
});

it('zooms with keys, wheel and double click', async () => {
  const { page, faults } = await open(`/photo/${ids[0]}`);
  const picture = page.locator('img[alt="IMG_0.jpg"]:not(.pswp__img--placeholder)');
  await picture.waitFor();
  const width = async () => (await picture.boundingBox())?.width ?? 0;
  const fitted = await width();
  await page.keyboard.press('+');
  await waitUntil(async () => (await width()) > fitted * 1.4);
  await page.keyboard.press('-');
  await waitUntil(async () => Math.abs((await width()) - fitted) < 1);
  await page.mouse.move(640, 400);
  await page.mouse.wheel(0, -400);
  await waitUntil(async () => (await width()) > fitted * 1.2);
  await page.keyboard.press('0');
  await waitUntil(async () => Math.abs((await width()) - fitted) < 1);
  await page.mouse.dblclick(640, 400);
  await waitUntil(async () => (await width()) > fitted * 1.2);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('supports swiping, pinching, tapping to hide the controls, and dragging down to close', async () => {
  const { page, faults } = await open(`/photo/${ids[1]}`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await page.locator('img[alt="IMG_2.jpg"]').waitFor({ state: 'attached' });
  const touch = await Touch.on(page);
  await touch.drag({ from: [330, 420], to: [60, 420] });
  await waitForPhoto(page, 'IMG_2.jpg');
  await touch.drag({ from: [60, 420], to: [330, 420] });
  await waitForPhoto(page, 'IMG_1.jpg');

  const picture = page.locator('img[alt="IMG_1.jpg"]:not(.pswp__img--placeholder)');
  const width = async () => (await picture.boundingBox())?.width ?? 0;
  await waitUntil(async () => (await width()) === 390);
  await touch.drag({ from: [170, 420], to: [70, 420] }, { from: [220, 420], to: [320, 420] });
  await waitUntil(async () => (await width()) > 600);
  await touch.drag({ from: [40, 420], to: [180, 420] }, { from: [350, 420], to: [210, 420] });
  await waitUntil(async () => (await width()) === 390);

  const info = page.getByRole('button', { name: 'Info' });
  await touch.tap([195, 420]);
  await info.waitFor({ state: 'hidden' });
  await touch.tap([195, 420]);
  await info.waitFor();
  await touch.drag({ from: [195, 300], to: [195, 700] });
  await page.waitForURL('**/gallery');
  expect(faults).toEqual([]);
  await page.context().close();
});

it('loads the original when zoomed beyond the resolution of the preview', async () => {
  const { page, faults } = await open(`/photo/${ids[5]}`);
  const picture = page.locator('img[alt="IMG_5.jpg"]:not(.pswp__img--placeholder)');
  await picture.waitFor();
  const source = async () => new URL((await picture.getAttribute('src')) ?? '', app.url).pathname;
  expect(await source()).toBe(`/media/${ids[5]}/preview`);
  await page.keyboard.press('+');
  expect(await source()).toBe(`/media/${ids[5]}/preview`);
  for (let press = 0; press < 4; press++) await page.keyboard.press('+');
  await waitUntil(async () => (await source()) === `/media/${ids[5]}/original`);
  expect(await picture.evaluate((image: any) => image.naturalWidth)).toBe(3_000);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('edits title, tags and date in place, shows validation errors, and supports Undo', async () => {
  const id = ids[3] as string;
  const { page, faults } = await open('/gallery');
  await page.locator(`a[href="/photo/${id}"]`).click();
  await waitForPhoto(page, 'IMG_3.jpg');
  await page.keyboard.press('i');
  const title = page.getByLabel('Title');
  await title.fill('夕焼け');
  await title.press('Enter');
  await page.getByText('Title changed').waitFor();
  expect(await storedPhoto(id)).toMatchObject({ title: '夕焼け' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await waitUntil(async () => (await storedPhoto(id))['title'] === null);
  await waitUntil(async () => (await title.inputValue()) === '');

  await title.fill('x'.repeat(256));
  await title.press('Enter');
  await page.getByText('A title can have up to 255 characters').waitFor();
  await title.press('Escape');
  expect(await title.inputValue()).toBe('');
  expect(await storedPhoto(id)).toMatchObject({ title: null });

  // Escape also discards a valid edit.
  await title.fill('Never');
  await title.press('Escape');
  expect(await title.inputValue()).toBe('');

  await page.getByRole('combobox', { name: 'Add a tag' }).fill('海');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove tag “海”' }).waitFor();
  // No tag is suggested until the user types again.
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  expect(await storedPhoto(id)).toMatchObject({ title: null });
  await waitUntil(async () => (await storedPhoto(id))['tags'].includes('海'));

  await page.getByLabel('Taken').fill('2023-01-02T03:04:05');
  await page.getByLabel('Taken').press('Enter');
  await page.getByText('Date changed').waitFor();
  expect(await storedPhoto(id)).toMatchObject({
    takenAtLocal: '2023-01-02T03:04:05',
    takenAt: '2023-01-01T18:04:05.000Z',
  });
  // An incomplete date is discarded, and the field shows the stored date again.
  await page.getByLabel('Taken').fill('');
  await page.getByLabel('Taken').press('Enter');
  await page.getByRole('button', { name: 'Use the date in the file' }).focus();
  expect(await page.getByLabel('Taken').inputValue()).toBe('2023-01-02T03:04:05');
  expect(await storedPhoto(id)).toMatchObject({ takenAtLocal: '2023-01-02T03:04:05' });
  await page.getByRole('button', { name: 'Use the date in the file' }).click();
  await waitUntil(async () => (await storedPhoto(id))['takenAtLocal'] === '2024-05-27T09:30:00');

  // Leaving with the browser's back button also saves the edit.
  await page.getByLabel('Description').fill('海辺');
  await page.goBack();
  await waitUntil(async () => (await storedPhoto(id))['description'] === '海辺');
  expect(faults).toEqual([]);
  await page.context().close();
});

it('ignores Enter while an input method is composing', async () => {
  const id = ids[4] as string;
  const { page } = await open(`/photo/${id}`);
  await waitForPhoto(page, 'IMG_4.jpg');
  await page.keyboard.press('i');
  const tag = page.getByRole('combobox', { name: 'Add a tag' });
  await tag.focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'うみ', selectionStart: 2, selectionEnd: 2 });
  await session.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    windowsVirtualKeyCode: 229,
    key: 'Enter',
    code: 'Enter',
  });
  expect(await tag.inputValue()).toBe('うみ');
  expect(await storedPhoto(id)).toMatchObject({ tags: [] });
  await session.send('Input.insertText', { text: '海' });
  await tag.press('Enter');
  await waitUntil(async () => (await storedPhoto(id))['tags'].includes('海'));
  expect((await storedPhoto(id))['tags']).toEqual(['海']);
  await page.context().close();
});

it('shows camera, exposure and place, and copies the metadata of the file', async () => {
  const { page, faults } = await open(`/photo/${ids[0]}`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await waitForPhoto(page, 'IMG_0.jpg');
  await page.keyboard.press('i');
  const panel = page.getByRole('complementary', { name: 'Info' });
  await panel.getByText('Canon EOS 40D').first().waitFor();
  await panel.getByText('1/250 s').waitFor();
  await panel.getByText('35.658333, 139.741111').waitFor();
  const map = panel.getByRole('link', { name: 'Open in OpenStreetMap' });
  expect(await map.getAttribute('rel')).toContain('noreferrer');
  await panel.getByRole('button', { name: 'Copy coordinates' }).click();
  await page.getByText('Copied').waitFor();
  expect(await clipboard(page)).toBe('35.658333, 139.741111');
  await panel.getByText(/^All metadata/).click();
  await panel.getByRole('row', { name: 'Model Canon EOS 40D' }).waitFor();
  await panel.getByRole('button', { name: 'Copy as JSON' }).click();
  await waitUntil(async () => (await clipboard(page)).includes('"Model": "Canon EOS 40D"'));
  expect(await page.getByRole('link', { name: 'Download original' }).getAttribute('download')).toBe(
    'IMG_0.jpg',
  );
  expect(faults).toEqual([]);
  await page.context().close();
});

it('adds a favourite and trashes it with keys, shows the next photo, and restores with Undo', async () => {
  const id = ids[2] as string;
  const { page, faults } = await open(`/photo/${id}`);
  await waitForPhoto(page, 'IMG_2.jpg');
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Favourite', pressed: true }).waitFor();
  await waitUntil(async () => (await storedPhoto(id))['isFavorite']);
  await page.keyboard.press('Delete');
  await waitForPhoto(page, 'IMG_3.jpg');
  await waitUntil(async () => (await storedPhoto(id))['trashedAt'] !== null);
  await page
    .getByRole('alertdialog')
    .filter({ hasText: 'moved to trash' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await waitUntil(async () => (await storedPhoto(id))['trashedAt'] === null);
  expect(await storedPhoto(id)).toMatchObject({ isFavorite: true });
  expect(faults).toEqual([]);
  await page.context().close();
});

it('queues edits made offline and sends them in order when the connection returns', async () => {
  const id = ids[1] as string;
  const { page } = await open(`/photo/${id}`);
  await waitForPhoto(page, 'IMG_1.jpg');
  await page.keyboard.press('i');
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.waitFor();
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  await page.getByText('No connection').waitFor();
  const favorite = page.getByRole('button', { name: 'Favourite' });
  for (const pressed of [true, false, true]) {
    await favorite.click();
    await page.getByRole('button', { name: 'Favourite', pressed }).waitFor();
  }
  await page.getByRole('combobox', { name: 'Add a tag' }).fill('駅');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove tag “駅”' }).waitFor();
  await title.fill('Without a connection');
  await title.press('Enter');
  expect(await storedPhoto(id)).toMatchObject({ isFavorite: false, tags: [], title: null });
  await page.context().setOffline(false);
  await page.getByText('Title changed').waitFor();
  expect(await storedPhoto(id)).toMatchObject({
    isFavorite: true,
    tags: ['駅'],
    title: 'Without a connection',
  });
  expect(await title.inputValue()).toBe('Without a connection');
  await page.context().close();
});

it('can be opened from the gallery, used and closed with the keyboard alone', async () => {
  const id = ids[5] as string;
  const { page, faults } = await open('/gallery');
  await page.locator(`a[href="/photo/${id}"]`).focus();
  await page.keyboard.press('Enter');
  await waitForPhoto(page, 'IMG_5.jpg');
  await page.keyboard.press('f');
  await waitUntil(async () => (await storedPhoto(id))['isFavorite']);
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: 'Next photo' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/gallery');
  await page.locator(`a[href="/photo/${id}"]`).waitFor();
  // All viewed photos share one history entry, so going back leaves the gallery.
  await page.goBack();
  expect(page.url()).toBe('about:blank');
  expect(faults).toEqual([]);
  await page.context().close();
});

it('shows a message if the photo does not exist', async () => {
  const { page } = await open('/photo/01890000-0000-7000-8000-000000000000');
  await page.getByRole('heading', { name: 'Photo not found' }).waitFor();
  await page.getByRole('link', { name: 'Go to gallery' }).click();
  await page.waitForURL('**/gallery');
  await page.context().close();
});

it.each([
  ['a desktop with the light theme', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }],
  ['a desktop with the dark theme', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
  ['a phone with the light theme', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
  ['a phone with the dark theme', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
] as const)('has no axe violations on %s', async (_, options) => {
  const { page } = await open(`/photo/${ids[0]}`, { ...options, reducedMotion: 'reduce' });
  await waitForPhoto(page, 'IMG_0.jpg');
  await page.keyboard.press('i');
  await page.getByText('35.658333, 139.741111').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});
