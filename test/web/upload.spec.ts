import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { type Iap, startIap } from '../support/iap.ts';
import { jpeg } from '../support/images.ts';
import { Service } from '../support/service.ts';
import { violations } from './accessibility.ts';
import { dispatchFiles, incompressiblePhotos, row, uploadLimiter, waitForRow } from './upload-page.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let app: TestApp;
let browser: Browser;
let folder: string;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  [app, browser, folder] = await Promise.all([
    startApp({ proxy: true }),
    launchBrowser(),
    mkdtemp(join(tmpdir(), 'upload-')),
  ]);
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(opened.map(({ page }) => page.context().close()));
  opened = [];
});

/** Opens a view of the app as `user`. Omit `user` and pass `url` for a service with its own authentication. */
async function open(
  path: string,
  {
    user,
    url = app.url,
    ...options
  }: BrowserContextOptions & { user?: string; url?: string; elsewhere?: string[] } = {},
): Promise<WatchedPage> {
  const headers = user === undefined ? {} : (await app.user(user)).headers;
  const watched = await openPage(browser, url, {
    locale: 'en',
    extraHTTPHeaders: headers,
    // The requests of a service worker would lack the user's header.
    serviceWorkers: 'block',
    ...options,
  });
  opened.push(watched);
  await watched.page.goto(`${url}${path}`);
  await watched.page.getByRole('heading', { level: 1 }).waitFor();
  return watched;
}

const filesInput = (page: Page) => page.locator('input[type=file]:not([webkitdirectory])');
const folderInput = (page: Page) => page.locator('input[type=file][webkitdirectory]');
const toUpload = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Upload' }).click();
const photoNames = async (user: string) => {
  const { photos } = await (await app.user(user)).data('{ photos(first: 200) { nodes { filename } } }');
  return photos.nodes.map(({ filename }: { filename: string }) => filename).toSorted();
};
const file = (name: string, buffer: Buffer, mimeType = 'image/jpeg') => ({ name, mimeType, buffer });

it('accepts files dropped in any view, skips duplicates and shows the outcome of each file', async () => {
  const ada = await app.user('ada');
  const [known, binned, fresh] = await Promise.all([1, 2, 3].map((seed) => jpeg({ seed })));
  const { uploadPhotos } = (
    await ada.multipart([
      { name: 'known.jpg', bytes: known! },
      { name: 'binned.jpg', bytes: binned! },
    ])
  ).data;
  await ada.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', {
    ids: [uploadPhotos[1].id],
  });

  const { page, faults } = await open('/gallery', { user: 'ada' });
  await page.getByRole('link', { name: /^Photo, / }).waitFor();
  const puts: string[] = [];
  page.on('request', (request) => request.method() === 'PUT' && puts.push(request.url()));
  const files = [
    { name: 'again.jpg', bytes: known! },
    { name: 'from the bin.jpg', bytes: binned! },
    { name: 'fresh.jpg', bytes: fresh! },
    { name: 'fresh twin.jpg', bytes: fresh! },
    { name: 'broken.jpg', bytes: fresh!.subarray(0, 700) },
    { name: 'notes.txt', bytes: Buffer.from('no photo'), type: 'text/plain' },
    { name: 'empty.jpg', bytes: Buffer.alloc(0) },
  ];
  // Dragging an image of the page itself does not start an upload.
  await page.evaluate(`document.body.dispatchEvent(new DragEvent('dragstart', { bubbles: true }))`);
  await dispatchFiles(page, 'dragenter', files);
  await dispatchFiles(page, 'drop', files);
  expect(await page.getByText('Drop to upload').count()).toBe(0);
  await page.evaluate(`document.body.dispatchEvent(new DragEvent('dragend', { bubbles: true }))`);

  await dispatchFiles(page, 'dragenter', files);
  await page.getByText('Drop to upload').waitFor();
  await dispatchFiles(page, 'drop', files);
  await page.getByText('Drop to upload').waitFor({ state: 'detached' });
  // In other views, the header and a toast show the outcome.
  await page.getByRole('link', { name: '3 uploads failed' }).waitFor();
  await page.getByText('1 photo uploaded, 3 already in your library, 3 failed').waitFor();
  await toUpload(page);

  await waitForRow(page, 'fresh.jpg', 'Uploaded');
  await waitForRow(page, 'fresh twin.jpg', 'Already in your library');
  await waitForRow(page, 'again.jpg', 'Already in your library');
  await waitForRow(page, 'broken.jpg', 'The file is damaged');
  await waitForRow(page, 'notes.txt', 'This file format is not supported');
  await waitForRow(page, 'empty.jpg', 'The file is empty');
  expect(puts).toHaveLength(3);
  // No retry is offered, because it could not succeed.
  expect(await page.getByRole('button', { name: /^Retry/ }).count()).toBe(0);

  await row(page, 'from the bin.jpg')
    .getByRole('button', { name: /Restore/ })
    .click();
  await waitForRow(page, 'from the bin.jpg', 'Already in your library');
  expect(await photoNames('ada')).toEqual(['binned.jpg', 'fresh.jpg', 'known.jpg']);
  const link = row(page, 'again.jpg').getByRole('link', { name: 'again.jpg' });
  expect(await link.getAttribute('href')).toBe(`/photo/${uploadPhotos[0].id}`);
  expect(faults).toEqual([]);
});

it('accepts a folder with its subfolders and skips files that are not photos', async () => {
  await mkdir(join(folder, 'Trip/Day 2'), { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'Trip/one.jpg'), await jpeg({ seed: 11 })),
    writeFile(join(folder, 'Trip/Day 2/two.jpg'), await jpeg({ seed: 12 })),
    writeFile(join(folder, 'Trip/Day 2/list.json'), '{}'),
    writeFile(join(folder, 'Trip/.DS_Store'), 'x'),
  ]);
  const { page, faults } = await open('/upload', { user: 'folder' });
  await folderInput(page).setInputFiles(join(folder, 'Trip'));
  await waitForRow(page, 'one.jpg', 'Uploaded');
  await waitForRow(page, 'two.jpg', 'Trip/Day 2');
  await page.getByText('1 file that is not a photo was skipped').waitFor();
  await page.getByText('All done').waitFor();
  expect(await photoNames('folder')).toEqual(['one.jpg', 'two.jpg']);
  expect(faults).toEqual([]);
});

it('uses the language of the browser on the first visit', async () => {
  const { page } = await open('/', { user: 'first', locale: 'ja-JP' });
  await page.getByRole('navigation').getByRole('link', { name: 'アップロード' }).waitFor();
  await page.waitForFunction(`localStorage.getItem('imgstream.person') !== null`);
  await page.getByRole('heading', { level: 1, name: 'ホーム' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('ja');
});

it('can be used with the keyboard alone and announces its progress to screen readers', async () => {
  const { page } = await open('/upload', { user: 'keys' });
  const announced = page.evaluate(`new Promise((resolve) => {
    for (const region of document.querySelectorAll('[role=status]'))
      new MutationObserver(() => /1 photo uploaded/.test(region.textContent) && resolve(true))
        .observe(region, { childList: true, characterData: true, subtree: true });
  })`);
  await page.getByRole('button', { name: 'Choose files' }).focus();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
  expect(chooser.isMultiple()).toBe(true);
  await chooser.setFiles(file('keys.jpg', await jpeg({ seed: 21 })));
  await waitForRow(page, 'keys.jpg', 'Uploaded');
  expect(await announced).toBe(true);
  await dispatchFiles(page, 'paste', [
    { name: 'pasted.png', bytes: await jpeg({ seed: 22 }), type: 'image/png' },
  ]);
  await waitForRow(page, 'pasted.png', 'Uploaded');
});

it('pauses, resumes, cancels, asks before the page is closed, and continues in other views', async () => {
  const { page } = await open('/upload', { user: 'pause' });
  const limitUploads = await uploadLimiter(page);
  await limitUploads(100_000);
  const photos = await incompressiblePhotos(3, 300_000);
  await filesInput(page).setInputFiles(photos.map((bytes, at) => file(`${at}.png`, bytes, 'image/png')));
  await waitForRow(page, '0.png', 'Uploading');
  await page.getByText(/\/s/).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Cancel 2.png' }).click();
  await waitForRow(page, '2.png', 'Cancelled');

  const prompted = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await prompted;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();

  await page.getByRole('link', { name: 'Gallery' }).click();
  await page.getByRole('link', { name: /^Uploading 2 files, \d+% done$/ }).waitFor();
  await page.getByRole('link', { name: /^Uploading 2 files/ }).click();
  await limitUploads(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await waitForRow(page, '0.png', 'Uploaded');
  await waitForRow(page, '1.png', 'Uploaded');
  await row(page, '2.png').getByRole('button', { name: 'Retry 2.png' }).click();
  await waitForRow(page, '2.png', 'Uploaded');
  expect(await photoNames('pause')).toEqual(['0.png', '1.png', '2.png']);
  await page.getByRole('button', { name: 'Clear the list' }).click();
  await page.getByText(/up to .* each/).waitFor();
});

it('resumes automatically after the service was killed and restarted', async () => {
  const dataDir = join(folder, 'data');
  let service = new Service({ dataDir });
  try {
    await service.ready();
    const { url } = service;
    const { page } = await open('/upload', { url });
    const limitUploads = await uploadLimiter(page);
    await limitUploads(200_000);
    const photos = await incompressiblePhotos(6, 500_000);
    await filesInput(page).setInputFiles(photos.map((bytes, at) => file(`${at}.png`, bytes, 'image/png')));
    await waitForRow(page, '0.png', 'Uploading');
    await page.getByText(/\/s/).waitFor();
    await service.kill();
    await page.getByText('No connection. The upload resumes').waitFor();
    service = new Service({ dataDir, env: { PORT: new URL(url).port } });
    await limitUploads(0);
    await page.getByText('6 of 6 files').waitFor();
    expect(await page.getByText('Uploaded', { exact: true }).count()).toBe(6);
  } finally {
    await service.kill();
  }
});

describe('behind IAP', () => {
  let library: TestApp;
  let iap: Iap;
  beforeAll(async () => {
    library = await startApp({ iap: true });
    iap = await startIap(library);
  });
  afterAll(async () => {
    await iap?.close();
    await library?.close();
  });

  const names = async (user: string) => {
    const client = await library.user(user);
    const { photos } = await client.data('{ photos(first: 200) { nodes { filename } } }');
    return photos.nodes.map(({ filename }: { filename: string }) => filename).toSorted();
  };
  const signInWindow = async (page: Page) => {
    const [window] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    // Without a session, IAP redirects that window to the sign-in page.
    await window.waitForURL(`${iap.accounts}/**`);
    return window;
  };

  it('waits until the same user has signed in again if the session expires during an upload', async () => {
    iap.user = 'late';
    const { page, faults } = await open('/upload', { url: iap.url, elsewhere: [iap.accounts] });
    const limitUploads = await uploadLimiter(page);
    await limitUploads(400_000);
    const photos = await incompressiblePhotos(6, 300_000);
    await filesInput(page).setInputFiles(photos.map((bytes, at) => file(`${at}.png`, bytes, 'image/png')));
    await waitForRow(page, '0.png', 'Uploading');
    iap.user = null;
    await limitUploads(0);
    await page.getByText('Your session has expired. Sign in to resume the upload.').waitFor();
    const window = await signInWindow(page);
    // In that window, the user signs in with a different account.
    iap.user = 'other';
    await page.getByText(/^A different account is signed in\. Sign in as late@example\.com/).waitFor();
    expect(await names('other')).toEqual([]);
    iap.user = 'late';
    await window.close();
    await page.getByText('All done').waitFor();
    expect(await names('late')).toEqual(photos.map((_, at) => `${at}.png`));
    expect(await names('other')).toEqual([]);
    // The browser logs each 401, each request that IAP aborts, and each script or stylesheet of the app that IAP redirects
    // to the sign-in page: the views that are loaded in advance. No other faults may occur.
    const expected =
      /401|ERR_CONNECTION|Failed to load|(script|stylesheet) '[^']*\/signin'|(script|style)-src-elem \S+\/assets\//;
    expect(faults.filter((fault) => !expected.test(fault))).toEqual([]);
  });

  it('deletes the local data of the previous user when another user signs in', async () => {
    iap.user = 'ada';
    const { page } = await open('/search?q=secret', { url: iap.url, elsewhere: [iap.accounts] });
    await page.evaluate(`localStorage.setItem('imgstream.searches', '["secret"]')`);
    await page.goto(`${iap.url}/search`);
    await page.getByRole('link', { name: 'secret' }).waitFor();
    iap.user = 'bob';
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
    await page.waitForFunction(`localStorage.getItem('imgstream.person')?.endsWith('bob')`);
    expect(await page.getByRole('link', { name: 'secret' }).count()).toBe(0);
    expect(await page.evaluate(`localStorage.getItem('imgstream.searches')`)).toBeNull();
  });
});

it('queues files while there is no connection', async () => {
  const { page } = await open('/upload', { user: 'offline' });
  const paths = ['tunnel.jpg', 'changed.jpg'].map((name) => join(folder, name));
  for (const [seed, path] of paths.entries()) await writeFile(path, await jpeg({ seed: 51 + seed }));
  await page.context().setOffline(true);
  await filesInput(page).setInputFiles(paths);
  await page.getByText('No connection. The upload resumes').waitFor();
  await waitForRow(page, 'tunnel.jpg', 'Waiting');
  // The browser does not send a file that has changed since it was hashed.
  await writeFile(paths[1]!, await jpeg({ seed: 59, width: 500 }));
  await utimes(paths[1]!, new Date(), new Date(Date.now() + 60_000));
  await page.context().setOffline(false);
  await waitForRow(page, 'tunnel.jpg', 'Uploaded');
  await waitForRow(page, 'changed.jpg', 'The file cannot be read');
});

it('renders few list items and sends few requests for 1,000 files', async () => {
  const many = await app.user('many');
  const bytes = await jpeg({ seed: 61 });
  await many.multipart([{ name: 'first.jpg', bytes }]);
  const { page } = await open('/upload', { user: 'many' });
  let requests = 0;
  page.on('request', (request) => (requests += Number(request.url().endsWith('/graphql'))));
  await mkdir(join(folder, 'many'));
  const paths = Array.from({ length: 1_000 }, (_, at) => join(folder, 'many', `${at}.jpg`));
  await Promise.all(paths.map((path) => writeFile(path, bytes)));
  await filesInput(page).setInputFiles(paths);
  await page.getByText('1,000 of 1,000 files').waitFor();
  expect(await page.getByRole('listitem').count()).toBeLessThan(60);
  await page.keyboard.press('End');
  await waitForRow(page, '999.jpg', 'Already in your library');
  expect(requests).toBeLessThan(60);
});

it.each([
  ['light', 'desktop', {}],
  ['dark', 'desktop', {}],
  ['light', 'phone', PHONE],
  ['dark', 'phone', PHONE],
] as const)('has no axe violations: %s, %s', async (colorScheme, _device, options) => {
  const { page } = await open('/upload', { user: 'axe', colorScheme, ...options });
  expect(await violations(page)).toEqual([]);
  await filesInput(page).setInputFiles([
    file('fine.jpg', await jpeg({ seed: 71 })),
    file('broken.jpg', Buffer.from('no picture')),
  ]);
  await page.getByText('2 of 2 files').waitFor();
  expect(await violations(page)).toEqual([]);
});
