import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { Database } from '../src/database/database.ts';
import { Sweeper } from '../src/photos/sweeper.ts';
import { ObjectStore } from '../src/storage/object-store.ts';
import { TestBucket } from './support/bucket.ts';
import { type Client, startApp, type TestApp, type TestFile } from './support/app.ts';
import { refusal } from './support/gcs/local-gcs.ts';
import { jpeg } from './support/images.ts';

/** The whole service over a bucket. */
describe('with STORAGE_URL', () => {
  let bucket: TestBucket;
  let dataDir: string;
  let app: TestApp;
  let client: Client;
  let seed = 1;

  beforeAll(async () => {
    bucket = await TestBucket.open();
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-bucket-'));
    app = await startApp({ env: bucket.env, dataDir });
    ({ client } = app);
  });
  afterAll(async () => {
    await app.close();
    await bucket.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    bucket.gcs.server.faults.clear();
    bucket.gcs.server.requests.clear();
  });

  const photo = async (name = 'photo.jpg'): Promise<TestFile> => ({
    name,
    bytes: await jpeg({ seed: seed++ }),
    type: 'image/jpeg',
  });
  const statuses = (operation: string) =>
    bucket.gcs.server.requests.of(operation).map(({ status }) => status);
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
    expect(await bucket.gcs.content(added[0] ?? '')).toEqual(file.bytes);
    expect((await bucket.gcs.bucket.file(added[0] ?? '').getMetadata())[0].contentType).toBe('image/jpeg');
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
    expect(bucket.gcs.server.requests.of('objects.media').at(-1)?.headers['range']).toBe('bytes=10-19');
  });

  it('is ready, and names what is wrong', async () => {
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    bucket.gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status: 403 }, times: 9 });
    const down = await fetch(`${app.url}/health/ready`);
    expect(down.status).toBe(503);
    const { details } = (await down.json()) as { details: Record<string, { message?: string }> };
    expect(details['storage']).toMatchObject({ status: 'down', message: 'unavailable: forbidden' });
  });

  it('acknowledges nothing that the bucket does not take, and leaves nothing', async () => {
    const before = await bucket.names();
    const file = await photo();
    bucket.gcs.server.faults.failNext({ operation: 'objects.insert', path: /\/o$/, fault: { status: 403 } });
    const { errors } = await client.multipart([file]);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    expect(await bucket.names()).toEqual(before);
    const [kept] = await client.upload(file);
    expect(kept).toMatchObject({ __typename: 'Photo' });
  });

  describe('the staged door', () => {
    it('sends the bytes straight to the bucket, once, at the size and type that were declared', async () => {
      const file = await photo('straight.jpg');
      const [target] = await client.declare(file);
      const url = new URL(target?.['url']);
      expect(url.origin).toBe(bucket.gcs.server.url);
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
      bucket.gcs.server.requests.clear();
      const [kept] = await client.complete(target?.['id']);
      expect(kept).toMatchObject({ __typename: 'Photo', filename: 'straight.jpg' });
      // Read once, and by nobody but who looks at it.
      expect(statuses('objects.media')).toEqual([200]);
      expect(await waiting()).toEqual([]);
      expect(await here()).toEqual([]);
      expect(await client.complete(target?.['id'])).toEqual([kept]);
    });

    it('takes a photo that is larger than a request to Cloud Run may be, and keeps it in blocks', async () => {
      const { name, bytes, type } = await photo('large.jpg');
      // What stands behind its end is no part of a JPEG, and is kept all the same.
      const file = { name, type: type ?? '', bytes: Buffer.concat([bytes, randomBytes(33 * 1024 ** 2)]) };
      const [kept] = await client.stage(file);
      expect(kept).toMatchObject({ __typename: 'Photo', sizeBytes: file.bytes.length });
      expect(statuses('uploads.put')).toEqual([308, 308, 308, 308, 200]);
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

    it('completes again what the bucket did not take', async () => {
      const file = await photo();
      const [target] = await client.declare(file);
      await client.put(target ?? {}, file.bytes);
      bucket.gcs.server.faults.failNext({ operation: 'objects.media', fault: { status: 403 } });
      const first = await client.graphql(
        'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { __typename } }',
        { ids: [target?.['id']] },
      );
      expect(first.errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
      bucket.gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status: 403 } });
      const second = await client.graphql(
        'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { __typename } }',
        { ids: [target?.['id']] },
      );
      expect(second.errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
      expect(await here()).toEqual([]);
      expect(await client.complete(target?.['id'])).toMatchObject([{ __typename: 'Photo' }]);
      expect(await waiting()).toEqual([]);
    });

    it('completes once, however often it is asked at the same time', async () => {
      const file = await photo();
      const [target] = await client.declare(file);
      await client.put(target ?? {}, file.bytes);
      const ids = Array.from({ length: 5 }, () => client.complete(target?.['id']));
      const answers = (await Promise.all(ids)).flat();
      expect(new Set(answers.map((answer) => answer['id'])).size).toBe(1);
      expect(statuses('objects.media')).toEqual([200]);
    });
  });

  describe('a sweep', () => {
    const sweep = () => app.nest.get(Sweeper).sweep();
    it('removes what a bucket that went away in the middle did not let go of', async () => {
      const before = await bucket.names();
      const { faults } = bucket.gcs.server;
      const file = await photo();
      const [target] = await client.declare(file);
      await client.put(target ?? {}, file.bytes);
      // One of the three objects is not taken, and the other two cannot be deleted.
      faults.failNext({ operation: 'objects.insert', fault: { status: 403 } });
      faults.failNext({ operation: 'objects.delete', fault: { status: 403 }, times: 99 });
      const query = 'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { __typename } }';
      const { errors } = await client.graphql(query, { ids: [target?.['id']] });
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
      const added = async () => (await bucket.names()).filter((name) => !before.includes(name));
      expect(await added()).toHaveLength(3);
      faults.clear();
      await sweep();
      expect(await added()).toEqual([`temp/uploads/${target?.['id']}`]);
      expect(await client.complete(target?.['id'])).toMatchObject([{ __typename: 'Photo' }]);
      expect(await waiting()).toEqual([]);
    });

    const run = (sql: string, params: (string | Date)[] = []) =>
      app.nest.get(Database).write((tx) => tx.run(sql, params));

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

    it('takes what came when its row was over, and nothing that is young or of another name', async () => {
      const store = app.nest.get(ObjectStore);
      const old = uuid({ msecs: Date.now() - 3 * 60 * 60_000 });
      const kept = [`temp/uploads/${uuid()}`, 'temp/uploads/of-others'];
      for (const key of [`temp/uploads/${old}`, ...kept])
        await store.put(key, Buffer.from('x'), 'image/jpeg');
      await app.close();
      app = await startApp({ env: bucket.env, dataDir });
      ({ client } = app);
      expect((await waiting()).toSorted()).toEqual(kept.toSorted());
      for (const key of kept) await store.delete(key);
    });
  });

  describe('and MEDIA_DELIVERY=signed', () => {
    let other: TestBucket;
    let signed: TestApp;
    let kept: Record<string, any>;
    let file: TestFile;

    beforeAll(async () => {
      other = await TestBucket.open();
      signed = await startApp({ env: { ...other.env, MEDIA_DELIVERY: 'signed' } });
      file = await photo('夏休み "1".jpg');
      [kept] = (await signed.client.upload(file)) as [Record<string, any>];
    });
    afterAll(async () => {
      await signed.close();
      await other.close();
    });
    const ask = (url: string, init: RequestInit = {}) =>
      signed.client.fetch(url, { redirect: 'manual', ...init });

    it('sends a reader to the bucket, where the original is a download of its name', async () => {
      const answer = await ask(kept['originalUrl']);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
      const url = new URL(answer.headers.get('location') ?? '');
      expect(url.origin).toBe(other.gcs.server.url);
      expect(Number(url.searchParams.get('X-Goog-Expires'))).toBeLessThanOrEqual(3600);
      const bytes = await fetch(url);
      expect(bytes.headers.get('content-disposition')).toMatch(
        /^attachment; filename=.*filename\*=UTF-8''%E5%A4%8F/,
      );
      expect(bytes.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(await bytes.arrayBuffer())).toEqual(file.bytes);
    });

    it.each(['thumbnailUrl', 'previewUrl'])(
      'gives one place for the %s, which a browser can keep',
      async (which) => {
        const answers = [await ask(kept[which]), await ask(kept[which])];
        expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
        const { headers, status } = answers[0] as Response;
        expect(status).toBe(302);
        const [, seconds] = /^private, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '') ?? [];
        expect(Number(seconds)).toBeLessThanOrEqual(1800);
        const bytes = await fetch(headers.get('location') ?? '');
        expect(bytes.headers.get('content-type')).toMatch(/^image\//);
        expect(bytes.headers.get('cache-control')).toBe('private, max-age=3600');
      },
    );

    it('still says that a copy is good, and answers HEAD, by itself', async () => {
      const head = await ask(kept['originalUrl'], { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(file.bytes.length)]);
      const etag = head.headers.get('etag') ?? '';
      expect((await ask(kept['originalUrl'], { headers: { 'if-none-match': etag } })).status).toBe(304);
    });

    it('sends nobody to what is not theirs, or is gone', async () => {
      expect((await ask(`/media/${uuid()}/original`)).status).toBe(404);
    });
  });
});
