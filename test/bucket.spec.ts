import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { Database } from '../src/database/database.ts';
import { Sweeper } from '../src/photos/upkeep/sweeper.ts';
import { ObjectStore } from '../src/storage/object-store.ts';
import { type Client, startApp, type TestApp, type TestFile } from './support/app.ts';
import { TestBucket } from './support/bucket.ts';
import { refusal } from './support/gcs/local-gcs.ts';
import { jpeg } from './support/images.ts';

/** What the platform in front lets through in one request, as Cloud Run does. */
const REQUEST_BYTES = 32 * 1024 ** 2;

/** The whole service over a bucket, which may be a real one. */
describe('with STORAGE_URL', () => {
  let bucket: TestBucket;
  let env: Record<string, string>;
  let dataDir: string;
  let app: TestApp;
  let client: Client;
  let seed = 1;

  beforeAll(async () => {
    bucket = await TestBucket.open();
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-bucket-'));
    env = { ...bucket.env, MAX_REQUEST_BYTES: String(REQUEST_BYTES) };
    app = await startApp({ env, dataDir });
    ({ client } = app);
  });
  afterAll(async () => {
    await app.close();
    await bucket.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const photo = async (name = 'photo.jpg'): Promise<TestFile> => ({
    name,
    bytes: await jpeg({ seed: seed++ }),
    type: 'image/jpeg',
  });
  const waiting = async () => (await bucket.names()).filter((name) => name.startsWith('temp/'));
  const here = () => readdir(join(app.dataDir, 'temp/uploads'));

  it('keeps the three objects of a photo in the bucket, and nothing else anywhere', async () => {
    const before = await bucket.names();
    const file = await photo();
    const [kept] = await client.upload(file);
    const added = (await bucket.names()).filter((name) => !before.includes(name));
    const owner = '[0-9a-f]{64}';
    expect(added).toEqual([
      expect.stringMatching(new RegExp(`^photos/${owner}/${kept?.['id']}\\.jpg$`)),
      expect.stringMatching(new RegExp(`^thumbnails/${owner}/${kept?.['id']}_preview\\.`)),
      expect.stringMatching(new RegExp(`^thumbnails/${owner}/${kept?.['id']}_thumb\\.`)),
    ]);
    expect(await bucket.content(added[0] ?? '')).toEqual(file.bytes);
    expect(await bucket.contentType(added[0] ?? '')).toBe('image/jpeg');
    expect(await readdir(app.dataDir)).not.toContain('objects');
    expect(await here()).toEqual([]);
  });

  it('delivers through itself, with ranges', async () => {
    const file = await photo();
    const [kept] = await client.upload(file);
    const whole = await client.fetch(kept?.['originalUrl']);
    expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(file.bytes);
    const part = await client.fetch(kept?.['originalUrl'], { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(file.bytes.subarray(10, 20));
  });

  it('is ready', async () => {
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
  });

  it('lets its pages send to the bucket', async () => {
    const page = await client.fetch('/graphql', { headers: { accept: 'text/html' } });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`; connect-src 'self' ${bucket.origin}/${bucket.name}/;`);
  });

  describe('the staged door', () => {
    it('sends the bytes straight to the bucket, once, at the size and type that were declared', async () => {
      const file = await photo('straight.jpg');
      const [target] = await client.declare(file);
      const url = new URL(target?.['url']);
      expect(url.href.startsWith(`${bucket.origin}/${bucket.name}/temp/uploads/`)).toBe(true);
      expect(Number(url.searchParams.get('X-Goog-Expires'))).toBeLessThanOrEqual(900);
      expect(target?.['headers']).toEqual([
        { name: 'Content-Type', value: 'image/jpeg' },
        { name: 'x-goog-content-length-range', value: `${file.bytes.length},${file.bytes.length}` },
        { name: 'x-goog-if-generation-match', value: '0' },
      ]);
      expect(
        await refusal(await client.put(target ?? {}, Buffer.concat([file.bytes, Buffer.of(0)]))),
      ).toEqual([400, 'EntityTooLarge']);
      expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'UPLOAD_INCOMPLETE' }]);
      expect((await client.put(target ?? {}, file.bytes)).status).toBe(200);
      expect((await client.put(target ?? {}, file.bytes)).status).toBe(412);
      const [kept] = await client.complete(target?.['id']);
      expect(kept).toMatchObject({ __typename: 'Photo', filename: 'straight.jpg' });
      expect(await waiting()).toEqual([]);
      expect(await here()).toEqual([]);
      expect(await client.complete(target?.['id'])).toEqual([kept]);
    });

    it('takes a photo that is larger than a request may be', async () => {
      const { name, bytes, type } = await photo('large.jpg');
      // What stands behind its end is no part of a JPEG, and is kept all the same.
      const file = { name, type: type ?? '', bytes: Buffer.concat([bytes, randomBytes(40 * 1024 ** 2)]) };
      expect(await client.multipart([file])).toMatchObject({
        status: 413,
        errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
      });
      const [kept] = await client.stage(file);
      expect(kept).toMatchObject({ __typename: 'Photo', sizeBytes: file.bytes.length });
      const original = await client.fetch(kept?.['originalUrl']);
      expect(file.bytes.equals(Buffer.from(await original.arrayBuffer()))).toBe(true);
      expect(await waiting()).toEqual([]);
    });

    it('refuses other bytes than declared, and takes the right ones after that', async () => {
      const file = await photo();
      const [target] = await client.declare(file);
      expect((await client.put(target ?? {}, randomBytes(file.bytes.length))).status).toBe(200);
      for (let again = 0; again < 2; again++)
        expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'CHECKSUM_MISMATCH' }]);
      expect(await waiting()).toEqual([]);
      expect((await client.put(target ?? {}, file.bytes)).status).toBe(200);
      expect(await client.complete(target?.['id'])).toMatchObject([{ __typename: 'Photo' }]);
    });

    it('refuses what is no image, and leaves nothing of it', async () => {
      const file = { name: 'page.jpg', bytes: Buffer.from('<html>'), type: 'image/jpeg' };
      expect(await client.stage(file)).toMatchObject([{ code: 'UNSUPPORTED_FORMAT' }]);
      expect(await waiting()).toEqual([]);
      expect(await here()).toEqual([]);
    });
  });

  describe('a sweep', () => {
    const sweep = () => app.nest.get(Sweeper).sweep();
    const run = (sql: string, params: (string | Date)[] = []) =>
      app.nest.get(Database).write((tx) => tx.run(sql, params));
    const restart = async () => {
      await app.close();
      app = await startApp({ env, dataDir });
      ({ client } = app);
    };

    it('removes what was sent and never completed, and gives its room back', async () => {
      const file = await photo();
      const [target] = await client.declare(file);
      await client.put(target ?? {}, file.bytes);
      await sweep();
      expect(await waiting()).toEqual([`temp/uploads/${target?.['id']}`]);
      await run('UPDATE uploads SET expires_date = $2 WHERE id = $1', [target?.['id'], new Date(0)]);
      await sweep();
      expect(await waiting()).toEqual([]);
      expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'UPLOAD_EXPIRED' }]);
    });

    it('takes what is not awaited any more when it starts, and nothing of another name', async () => {
      const file = await photo();
      const [settled, open] = await client.declare(file, await photo());
      await client.put(settled ?? {}, file.bytes);
      const [kept] = await client.complete(settled?.['id']);
      const awaited = [`temp/uploads/${open?.['id']}`, 'temp/uploads/of-others'];
      const store = app.nest.get(ObjectStore);
      // The address of the first takes bytes again, now that its object is gone; the second never had a row.
      for (const key of [`temp/uploads/${settled?.['id']}`, `temp/uploads/${uuid()}`, ...awaited])
        await store.put(key, Buffer.from('x'), 'image/jpeg');
      await restart();
      expect((await waiting()).toSorted()).toEqual(awaited.toSorted());
      expect(await client.complete(settled?.['id'])).toEqual([kept]);
      for (const key of awaited) await app.nest.get(ObjectStore).delete(key);
    });
  });
});
