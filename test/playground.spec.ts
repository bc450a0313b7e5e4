import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { parse, validate } from 'graphql';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { sha256, startApp, type TestApp } from './support/app.ts';
import { launchBrowser, openPage, type WatchedPage } from './support/browser.ts';
import { buildPlayground } from './support/built-playground.ts';
import { jpeg } from './support/images.ts';

const EXAMPLES = join(import.meta.dirname, '../web/playground/examples');
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let app: TestApp;
let browser: Browser;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  await buildPlayground();
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

/** Opens the playground and waits until its editor is ready. */
async function open(options: BrowserContextOptions = {}, url = app.url): Promise<WatchedPage> {
  const watched = await openPage(browser, url, options);
  opened.push(watched);
  await watched.page.goto(`${url}/graphql`);
  await watched.page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return watched;
}

const tab = (page: Page, name: string) => page.locator('.graphiql-tab-button', { hasText: name }).click();
const run = (page: Page) => page.locator('.graphiql-execute-button').click();

/** Waits until the result contains this text, which may wrap between its words. */
const result = (page: Page, text: string) => page.locator('.result-window', { hasText: text }).waitFor();

/** Resolves when the page has sent a WebSocket message with this text. */
function frameSent(page: Page, text: string): Promise<void> {
  return new Promise((resolve) => {
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => String(payload).includes(text) && resolve()),
    );
  });
}

async function chooseFiles(page: Page, files: { name: string; buffer: Buffer }[]): Promise<void> {
  await page.getByRole('button', { name: 'Show Files' }).click();
  await page
    .locator('input[type=file]')
    .setInputFiles(files.map((file) => ({ ...file, mimeType: 'image/jpeg' })));
}

describe('the playground', () => {
  it('opens with examples and the schema documentation and sends requests only to its own origin', async () => {
    const { page, faults } = await open();
    expect(await page.title()).toBe('ImgStream playground');
    expect(await page.locator('.graphiql-tab-button').allInnerTexts()).toEqual([
      'WhoAmI',
      'UploadPhotos',
      'NewestPhotos',
      'Timeline',
      'Search',
      'CreateUploads',
      'EditPhotos',
      'LibraryChanged',
    ]);
    await page.getByRole('button', { name: 'Show Documentation' }).click();
    await page.getByRole('link', { name: 'PhotoConnection' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('contains only examples that are valid against the schema', async () => {
    const { schema } = app.nest.get(GraphQLSchemaHost);
    const names = await readdir(EXAMPLES);
    expect(names).toHaveLength(8);
    const documents = await Promise.all(names.map((name) => readFile(join(EXAMPLES, name), 'utf8')));
    expect(documents.flatMap((document) => validate(schema, parse(document)))).toEqual([]);
  });

  it('runs a query with the button and with the keyboard', async () => {
    const { page, faults } = await open();
    await run(page);
    await result(page, '"email": "dev@localhost.localdomain"');
    await tab(page, 'Timeline');
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+Enter');
    await result(page, '"timeline": []');
    expect(faults).toEqual([]);
  });

  it('asks for files if an upload has none', async () => {
    const { page, faults } = await open();
    await tab(page, 'UploadPhotos');
    await run(page);
    await result(page, 'Choose files first');
    expect(faults).toEqual([]);
  });

  it('sends the chosen files as a multipart request, and receives the change through a subscription', async () => {
    const [sender, listener] = await Promise.all([open(), open()]);
    const subscribed = frameSent(listener.page, '"subscribe"');
    await tab(listener.page, 'LibraryChanged');
    await run(listener.page);
    await subscribed;

    const { page } = sender;
    await tab(page, 'UploadPhotos');
    const [first, second] = await Promise.all([jpeg({ seed: 1 }), jpeg({ seed: 2 })]);
    await chooseFiles(page, [
      { name: 'beach.jpg', buffer: first },
      { name: 'Zoë.jpg', buffer: second },
    ]);
    const responded = page.waitForResponse((response) => response.request().method() === 'POST');
    await run(page);
    const response = await responded;
    const headers = response.request().headers();
    expect(headers['apollo-require-preflight']).toBe('true');
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(headers['x-requested-with']).toBe('XMLHttpRequest');
    expect(await response.json()).toMatchObject({
      data: {
        uploadPhotos: [
          { __typename: 'Photo', filename: 'beach.jpg' },
          { __typename: 'Photo', filename: 'Zoë.jpg' },
        ],
      },
    });
    await result(page, '"filename": "beach.jpg"');
    await result(listener.page, '"photoCount": 2');

    const { photos } = await app.client.data('{ photos { nodes { checksum } } }');
    const stored = photos.nodes.map(({ checksum }: { checksum: string }) => checksum);
    expect(new Set(stored)).toEqual(new Set([sha256(first), sha256(second)]));
    await run(page);
    await result(page, '"code": "DUPLICATE"');

    await run(listener.page);
    await listener.page.getByRole('button', { name: /^Execute/ }).waitFor();
    expect([...sender.faults, ...listener.faults]).toEqual([]);
  });

  it.each([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(33, 42, 59)'],
  ] as const)('fits a phone screen and follows the %s system theme', async (colorScheme, background) => {
    const { page, faults } = await open({ ...PHONE, colorScheme });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.viewport.width);
    const colour = `getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor`;
    expect(await page.evaluate(colour)).toBe(background);
    await run(page);
    await result(page, '"quotaBytes": null');
    for (const name of ['.graphiql-query-editor', '.graphiql-response', '.graphiql-sidebar']) {
      const box = await page.locator(name).boundingBox();
      expect(box).toMatchObject({ x: 0, width: PHONE.viewport.width });
    }
    await page.getByRole('button', { name: 'Show Files' }).click();
    await page.getByText('or drop them here').waitFor();
    expect(faults).toEqual([]);
  });

  it('asks the user to sign in again if the proxy responds with 401', async () => {
    const { page, faults } = await open();
    await page.route('**/graphql', (route) => route.fulfill({ status: 401, body: 'Sign in, please.' }));
    await run(page);
    await result(page, 'You are signed out.');
    expect(await page.locator('.result-window').innerText()).not.toContain('stack');
    await page.getByRole('button', { name: /^Re-fetch/ }).click();
    await page.getByRole('link', { name: 'Reload the page' }).waitFor();
    expect(new Set(faults)).toEqual(new Set([expect.stringContaining('status of 401')]));
  });
});

describe('the playground in production', () => {
  let proxied: TestApp;

  beforeAll(async () => {
    proxied = await startApp({ proxy: true, env: { NODE_ENV: 'production' } });
  });
  afterAll(() => proxied.close());

  it('works without introspection and explains the missing schema', async () => {
    const { headers } = await proxied.user('ada');
    const { page, faults } = await open({ extraHTTPHeaders: headers }, proxied.url);
    await page.getByText('The schema could not be loaded').waitFor();
    await run(page);
    await result(page, '"email": "ada@example.com"');
    expect(new Set(faults)).toEqual(new Set([expect.stringContaining('status of 400')]));
  });

  it('is not available without authentication', async () => {
    const response = await fetch(`${proxied.url}/graphql`, { headers: { Accept: 'text/html' } });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('playground');
  });
});
