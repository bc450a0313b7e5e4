import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { Database } from '../src/database/database.ts';
import { sha256, startApp, type TestApp } from './support/app.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { LocalBucket } from './support/bucket.ts';
import { buildPlayground } from './support/built-playground.ts';
import { jpeg } from './support/images.ts';

/** The result of a PUT as a page sees it, or `null` if the browser did not send it or hides the response. */
type Sent = { status: number; code: string | undefined } | null;

interface Target {
  id: string;
  url: string;
  headers: { name: string; value: string }[];
}

describe('a page that sends photos directly to the bucket', () => {
  let bucket: LocalBucket;
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  /** By how much the clock of the bucket is ahead, in milliseconds. */
  let aheadMs = 0;
  let seed = 1;

  beforeAll(async () => {
    await buildPlayground();
    bucket = await LocalBucket.open({ now: () => Date.now() + aheadMs });
    [app, browser] = await Promise.all([startApp({ env: bucket.env }), launchBrowser()]);
    await allow(app.url);
    ({ page, faults } = await openPage(browser, app.url, { elsewhere: [bucket.origin] }));
    // Any page of the service, for its Content-Security-Policy.
    await page.goto(`${app.url}/graphql`);
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await bucket.close();
  });
  beforeEach(() => {
    aheadMs = 0;
    bucket.gcs.server.requests.clear();
  });

  /** Sets the CORS configuration that docs/bucket.md describes. */
  const allow = (origin: string, maxAgeSeconds = 0) =>
    bucket.gcs.server.setBucket(bucket.name, {
      cors: [
        {
          origin: [origin],
          method: ['PUT'],
          responseHeader: ['Content-Type', 'x-goog-content-length-range', 'x-goog-if-generation-match'],
          maxAgeSeconds,
        },
      ],
    });
  const operations = () => bucket.gcs.server.requests.all.map(({ operation }) => operation);

  const declared = async () => {
    const bytes = await jpeg({ seed: seed++ });
    const [target] = await app.client.declare({ name: 'page.jpg', bytes, type: 'image/jpeg' });
    return { bytes, target: target as unknown as Target };
  };
  const complete = async ({ id }: Target) => (await app.client.complete(id))[0]!;

  /** Sends bytes with a script in the page. */
  const send = (target: Target, bytes: Buffer, changed: Record<string, string> = {}): Promise<Sent> => {
    const own = Object.fromEntries(target.headers.map(({ name, value }) => [name, value]));
    const request = { url: target.url, headers: { ...own, ...changed }, body: bytes.toString('base64') };
    return page.evaluate(async ({ url, headers, body }): Promise<Sent> => {
      const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
      try {
        const response = await fetch(url, { method: 'PUT', headers, body: bytes });
        return { status: response.status, code: /<Code>(\w+)</.exec(await response.text())?.[1] };
      } catch {
        return null;
      }
    }, request);
  };

  it('sends a preflight, and then the bytes', async () => {
    const { target, bytes } = await declared();
    expect(await send(target, bytes)).toMatchObject({ status: 200 });
    expect(operations()).toEqual(['cors.preflight', 'xml.put']);
    expect(await complete(target)).toMatchObject({ __typename: 'Photo', checksum: sha256(bytes) });
    expect(faults).toEqual([]);
  });

  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['more bytes', (bytes) => Buffer.concat([bytes, Buffer.of(0)]), 'EntityTooLarge'],
    ['fewer bytes', (bytes) => bytes.subarray(1), 'EntityTooSmall'],
  ])('cannot send %s than declared', async (_description, change, code) => {
    const { target, bytes } = await declared();
    expect(await send(target, change(bytes))).toEqual({ status: 400, code });
    expect(await complete(target)).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
    expect(await send(target, bytes)).toMatchObject({ status: 200 });
    expect(await complete(target)).toMatchObject({ __typename: 'Photo' });
  });

  it.each([
    ['another type', { 'Content-Type': 'text/html' }],
    ['another length', { 'x-goog-content-length-range': '0,1000000000' }],
    ['another precondition', { 'x-goog-if-generation-match': '1' }],
  ])('cannot send %s than the signed one', async (_description, changed) => {
    const { target, bytes } = await declared();
    expect(await send(target, bytes, changed)).toEqual({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await complete(target)).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  });

  it('cannot complete an upload with other bytes than declared', async () => {
    const { target, bytes } = await declared();
    expect(await send(target, randomBytes(bytes.length))).toMatchObject({ status: 200 });
    expect(await complete(target)).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(await send(target, bytes)).toMatchObject({ status: 200 });
    expect(await complete(target)).toMatchObject({ __typename: 'Photo' });
  });

  it('cannot use a URL twice, and cannot change a photo with it', async () => {
    const { target, bytes } = await declared();
    expect(await send(target, bytes)).toMatchObject({ status: 200 });
    expect(await send(target, bytes)).toEqual({ status: 412, code: 'PreconditionFailed' });
    const kept = await complete(target);
    expect(kept).toMatchObject({ __typename: 'Photo' });
    // The object has been removed, so that the bucket accepts other bytes. They do not affect the photo.
    expect(await send(target, randomBytes(bytes.length))).toMatchObject({ status: 200 });
    expect(await complete(target)).toEqual(kept);
    const original = await app.client.fetch(kept['originalUrl']);
    expect(Buffer.from(await original.arrayBuffer())).toEqual(bytes);
  });

  it('cannot use a URL after it has expired', async () => {
    const { target, bytes } = await declared();
    aheadMs = 16 * 60_000;
    expect(await send(target, bytes)).toEqual({ status: 400, code: 'ExpiredToken' });
    aheadMs = 0;
    const declaredAt = new Date(Date.now() - 16 * 60_000);
    await app.nest
      .get(Database)
      .write([], (tx) =>
        tx.run('UPDATE uploads SET created_date = $2 WHERE id = $1', [target.id, declaredAt]),
      );
    expect(await complete(target)).toMatchObject({ code: 'UPLOAD_EXPIRED' });
  });

  it('is blocked by the browser if the bucket does not allow its origin, and nothing is sent', async () => {
    const { target, bytes } = await declared();
    await allow('https://photos.test');
    expect(await send(target, bytes)).toBeNull();
    expect(operations()).toEqual(['cors.preflight']);
    await allow(app.url);
    expect(await complete(target)).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  });

  it('can be the upload page of the web app', async () => {
    const watched = await openPage(browser, app.url, { elsewhere: [bucket.origin], locale: 'en' });
    const puts: string[] = [];
    watched.page.on('request', (request) => request.method() === 'PUT' && puts.push(request.url()));
    await watched.page.goto(`${app.url}/upload`);
    const files = await Promise.all(
      [seed++, seed++].map(async (number) => ({
        name: `app-${number}.jpg`,
        mimeType: 'image/jpeg',
        buffer: await jpeg({ seed: number }),
      })),
    );
    await watched.page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(files);
    await watched.page.getByText('All done').waitFor();
    expect(await watched.page.getByText('Uploaded', { exact: true }).count()).toBe(2);
    expect(puts.map((url) => new URL(url).origin)).toEqual([bucket.origin, bucket.origin]);
    expect(watched.faults).toEqual([]);
    await watched.page.context().close();
  });
});
