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
import { xmlErrorOf } from './support/gcs/local-gcs.ts';
import { jpeg } from './support/images.ts';

/** The maximum size of a request on a platform such as Cloud Run. */
const REQUEST_BYTES = 32 * 1024 ** 2;

/** The whole service with a bucket, which may be a real one. */
/**
 * Repeats a request until its response arrives. The service cuts the connection of a body that is far too large, and on a
 * busy machine the client may notice that before it reads the response.
 */
async function untilAnswered<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (attempt === 30) throw error;
    }
  }
}

describe('the service with STORAGE_URL', () => {
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
  const unfinished = async () => (await bucket.names()).filter((name) => name.startsWith('temp/'));
  const stagedFiles = () => readdir(join(app.dataDir, 'temp/uploads'));

  it('stores the three objects of a photo in the bucket, and nothing else in the bucket or on the disk', async () => {
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
    expect(await stagedFiles()).toEqual([]);
  });

  it('delivers photos itself, with ranges', async () => {
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

  it('allows its pages to send bytes to the bucket', async () => {
    const page = await client.fetch('/graphql', { headers: { accept: 'text/html' } });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`; connect-src 'self' ${bucket.origin}/${bucket.name}/;`);
  });

  describe('the staged door', () => {
    it('accepts the bytes directly in the bucket, once, with the declared size and type', async () => {
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
        await xmlErrorOf(await client.put(target ?? {}, Buffer.concat([file.bytes, Buffer.of(0)]))),
      ).toEqual([400, 'EntityTooLarge']);
      expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'UPLOAD_INCOMPLETE' }]);
      expect((await client.put(target ?? {}, file.bytes)).status).toBe(200);
      expect((await client.put(target ?? {}, file.bytes)).status).toBe(412);
      const [kept] = await client.complete(target?.['id']);
      expect(kept).toMatchObject({ __typename: 'Photo', filename: 'straight.jpg' });
      expect(await unfinished()).toEqual([]);
      expect(await stagedFiles()).toEqual([]);
      expect(await client.complete(target?.['id'])).toEqual([kept]);
    });

    it('accepts a photo that is larger than the maximum request', async () => {
      const { name, bytes, type } = await photo('large.jpg');
      // Trailing bytes are not part of the JPEG image, but they are stored with it.
      const file = { name, type: type ?? '', bytes: Buffer.concat([bytes, randomBytes(40 * 1024 ** 2)]) };
      expect(await untilAnswered(() => client.multipart([file]))).toMatchObject({
        status: 413,
        errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
      });
      const [kept] = await client.stage(file);
      expect(kept).toMatchObject({ __typename: 'Photo', sizeBytes: file.bytes.length });
      const original = await client.fetch(kept?.['originalUrl']);
      expect(file.bytes.equals(Buffer.from(await original.arrayBuffer()))).toBe(true);
      expect(await unfinished()).toEqual([]);
    });

    it('rejects other bytes than declared, and accepts the declared ones afterwards', async () => {
      const file = await photo();
      const [target] = await client.declare(file);
      expect((await client.put(target ?? {}, randomBytes(file.bytes.length))).status).toBe(200);
      for (let again = 0; again < 2; again++)
        expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'CHECKSUM_MISMATCH' }]);
      expect(await unfinished()).toEqual([]);
      expect((await client.put(target ?? {}, file.bytes)).status).toBe(200);
      expect(await client.complete(target?.['id'])).toMatchObject([{ __typename: 'Photo' }]);
    });

    it('rejects a file that is not an image, and leaves no part of it', async () => {
      const file = { name: 'page.jpg', bytes: Buffer.from('<html>'), type: 'image/jpeg' };
      expect(await client.stage(file)).toMatchObject([{ code: 'UNSUPPORTED_FORMAT' }]);
      expect(await unfinished()).toEqual([]);
      expect(await stagedFiles()).toEqual([]);
    });
  });

  describe('a sweep', () => {
    const sweep = () => app.nest.get(Sweeper).sweep();
    const run = (sql: string, params: (string | Date)[] = []) =>
      app.nest.get(Database).write([], (tx) => tx.run(sql, params));
    const restart = async () => {
      await app.close();
      app = await startApp({ env, dataDir });
      ({ client } = app);
    };

    it('removes the bytes of an upload that was never completed', async () => {
      const file = await photo();
      const [target] = await client.declare(file);
      await client.put(target ?? {}, file.bytes);
      await sweep();
      expect(await unfinished()).toEqual([`temp/uploads/${target?.['id']}`]);
      await run('UPDATE uploads SET expires_date = $2 WHERE id = $1', [target?.['id'], new Date(0)]);
      await sweep();
      expect(await unfinished()).toEqual([]);
      expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'UPLOAD_EXPIRED' }]);
    });

    it('removes unexpected objects of uploads at startup, but no other objects', async () => {
      const file = await photo();
      const [completed, open] = await client.declare(file, await photo());
      await client.put(completed ?? {}, file.bytes);
      const [kept] = await client.complete(completed?.['id']);
      const remaining = [`temp/uploads/${open?.['id']}`, 'temp/uploads/of-others'];
      const store = app.nest.get(ObjectStore);
      // The first upload is completed, but its URL accepts bytes again because its object was removed. The second
      // upload never had a row.
      const rowless = uuid({ msecs: Date.now() - 3 * 3_600_000 });
      for (const key of [`temp/uploads/${completed?.['id']}`, `temp/uploads/${rowless}`, ...remaining])
        await store.put(key, Buffer.from('x'), 'image/jpeg');
      await restart();
      expect((await unfinished()).toSorted()).toEqual(remaining.toSorted());
      expect(await client.complete(completed?.['id'])).toEqual([kept]);
      for (const key of remaining) await app.nest.get(ObjectStore).delete(key);
    });
  });
});
