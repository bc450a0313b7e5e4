import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../src/database/database.ts';
import { Sweeper } from '../src/photos/upkeep/sweeper.ts';
import { type Client, type GraphqlResponse, startApp, type TestApp, type TestFile } from './support/app.ts';
import { LocalBucket } from './support/bucket.ts';
import type { Fault } from './support/gcs/faults.ts';
import { jpeg } from './support/images.ts';

const COMPLETE = 'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { __typename } }';
const DELETE = 'mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }';

/** The whole service with a bucket that fails. */
describe('the service while its bucket fails', () => {
  let bucket: LocalBucket;
  let dataDir: string;
  let app: TestApp;
  let client: Client;
  let seed = 1;

  beforeAll(async () => {
    bucket = await LocalBucket.open();
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-bucket-'));
    app = await startApp({ env: { ...bucket.env, STORAGE_TIMEOUT_SECONDS: '2' }, dataDir });
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

  const photo = async (): Promise<TestFile> => ({
    name: 'photo.jpg',
    bytes: await jpeg({ seed: seed++ }),
    type: 'image/jpeg',
  });
  const failNext: LocalBucket['gcs']['server']['faults']['failNext'] = (rule) =>
    bucket.gcs.server.faults.failNext(rule);
  const statuses = (operation: string) =>
    bucket.gcs.server.requests.of(operation).map(({ status }) => status);
  const sweep = () => app.nest.get(Sweeper).sweep();
  const unfinished = async () => (await bucket.names()).filter((name) => name.startsWith('temp/'));
  const stagedFiles = () => readdir(join(dataDir, 'temp/uploads'));
  const code = ({ errors }: GraphqlResponse) => errors?.[0]?.extensions.code;
  const complete = (id: string) => client.graphql(COMPLETE, { ids: [id] });
  /** Sends a photo to the bucket without completing the upload. */
  const sent = async (): Promise<{ id: string; file: TestFile }> => {
    const file = await photo();
    const [target] = await client.declare(file);
    expect((await client.put(target ?? {}, file.bytes)).status).toBe(200);
    return { id: target?.['id'], file };
  };
  const kept = async (): Promise<{ id: string; url: string; file: TestFile }> => {
    const file = await photo();
    const [made] = await client.upload(file);
    return { id: made?.['id'], url: made?.['originalUrl'], file };
  };
  /** Returns the bytes, or `null` after an error response or an aborted connection. */
  const download = async (url: string): Promise<Buffer | null> => {
    const response = await client.fetch(url).catch(() => null);
    if (!response) return null;
    if (response.status !== 200) {
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
      return null;
    }
    return response.arrayBuffer().then(
      (bytes) => Buffer.from(bytes),
      () => null,
    );
  };

  it('is not ready, and reports the fault', async () => {
    failNext({ operation: 'objects.insert', fault: { status: 403 }, times: 9 });
    const down = await fetch(`${app.url}/health/ready`);
    expect(down.status).toBe(503);
    const { details } = (await down.json()) as { details: Record<string, { message?: string }> };
    expect(details['storage']).toMatchObject({ status: 'down', message: 'unavailable: forbidden' });
  });

  const FAULTS: [string, Fault][] = [
    ['status 429', { status: 429 }],
    ['status 503', { status: 503 }],
    ['a connection that is reset midway', { reset: 1_000 }],
    ['a connection that stalls midway', { stall: 1_000 }],
    ['a wrong CRC32C', { wrongCrc32c: true }],
    ['status 403', { status: 403 }],
    ['a missing bucket', { bucketGone: true }],
  ];

  it.each(FAULTS)(
    'reports %s to every client, loses nothing and leaves nothing behind',
    async (_name, fault) => {
      const before = await bucket.names();
      const [old, doomed] = [await kept(), await kept()];
      const late = await sent();
      const file = await photo();
      failNext({ fault, times: 1_000_000 });

      const [upload, completed, bytes, deleted] = await Promise.all([
        client.multipart([file]),
        complete(late.id),
        download(old.url),
        client.graphql(DELETE, { ids: [doomed.id] }),
        sweep(),
      ]);
      expect([upload.status, code(upload)]).toEqual([503, 'UNAVAILABLE']);
      expect([completed.status, code(completed)]).toEqual([503, 'UNAVAILABLE']);
      // A download that breaks midway is resumed and makes some progress with each attempt.
      expect(bytes).toEqual('reset' in fault || 'stall' in fault ? old.file.bytes : null);
      // The photo is deleted immediately. The sweeper deletes its objects later.
      expect(deleted.data).toEqual({ deletePhotos: [{ __typename: 'DeletedPhoto' }] });
      const { storage } = (await client.data('{ viewer { storage { photoCount } } }'))['viewer'];
      bucket.gcs.server.faults.clear();

      expect(await download(old.url)).toEqual(old.file.bytes);
      expect((await client.fetch(doomed.url)).status).toBe(404);
      await sweep();
      expect(await stagedFiles()).toEqual([]);
      const added = async () => (await bucket.names()).filter((name) => !before.includes(name));
      expect(await added()).toHaveLength(3 + 1);
      expect(await client.complete(late.id)).toMatchObject([{ __typename: 'Photo' }]);
      expect(await client.upload(file)).toMatchObject([{ __typename: 'Photo' }]);
      expect((await added()).filter((name) => name.startsWith('photos/'))).toHaveLength(3);
      expect(await added()).toHaveLength(9);
      const after = (await client.data('{ viewer { storage { photoCount } } }'))['viewer'];
      expect(after.storage.photoCount).toBe(storage.photoCount + 2);
      const reserved = await app.nest.get(Database).query('SELECT storage_reserved AS n FROM users');
      expect(reserved).toEqual([{ n: 0 }]);
    },
  );

  it.each(FAULTS.slice(0, 4))(
    'recovers from %s if it is temporary, without an error',
    async (_name, fault) => {
      const old = await kept();
      const late = await sent();
      for (const operation of ['objects.insert', 'objects.media', 'objects.delete'])
        failNext({ operation, fault, times: 2 });
      const [upload, completed, bytes, deleted] = await Promise.all([
        client.upload(await photo()),
        client.complete(late.id),
        download(old.url),
        client.graphql(DELETE, { ids: [(await kept()).id] }),
      ]);
      expect([upload, completed]).toMatchObject([[{ __typename: 'Photo' }], [{ __typename: 'Photo' }]]);
      expect(bytes).toEqual(old.file.bytes);
      expect(deleted.errors).toBeUndefined();
      expect(await unfinished()).toEqual([]);
    },
  );

  it('can complete an upload again after the bucket failed to read or to write', async () => {
    const { id } = await sent();
    for (const operation of ['objects.media', 'objects.insert']) {
      failNext({ operation, fault: { status: 403 } });
      expect(code(await complete(id))).toBe('UNAVAILABLE');
      expect(await stagedFiles()).toEqual([]);
    }
    expect(await client.complete(id)).toMatchObject([{ __typename: 'Photo' }]);
    expect(await unfinished()).toEqual([]);
  });

  it('reads and completes an upload only once, even with concurrent requests', async () => {
    const { id } = await sent();
    const results = (await Promise.all(Array.from({ length: 5 }, () => client.complete(id)))).flat();
    expect(new Set(results.map((result) => result['id'])).size).toBe(1);
    expect(statuses('objects.media')).toEqual([200]);
  });

  it('deletes in a sweep the objects that could not be deleted during the fault', async () => {
    const before = await bucket.names();
    const { id } = await sent();
    // One of the three objects cannot be written, and the other two cannot be deleted.
    failNext({ operation: 'objects.insert', fault: { status: 403 } });
    failNext({ operation: 'objects.delete', fault: { status: 403 }, times: 99 });
    expect(code(await complete(id))).toBe('UNAVAILABLE');
    const added = async () => (await bucket.names()).filter((name) => !before.includes(name));
    expect(await added()).toHaveLength(3);
    bucket.gcs.server.faults.clear();
    await sweep();
    expect(await added()).toEqual([`temp/uploads/${id}`]);
    expect(await client.complete(id)).toMatchObject([{ __typename: 'Photo' }]);
    expect(await unfinished()).toEqual([]);
  });
});
