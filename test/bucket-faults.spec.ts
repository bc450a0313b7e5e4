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

/** The whole service over a bucket that fails. */
describe('while a bucket fails', () => {
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
  const waiting = async () => (await bucket.names()).filter((name) => name.startsWith('temp/'));
  const here = () => readdir(join(dataDir, 'temp/uploads'));
  const code = ({ errors }: GraphqlResponse) => errors?.[0]?.extensions.code;
  const complete = (id: string) => client.graphql(COMPLETE, { ids: [id] });
  /** Sent to the bucket, and not completed. */
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
  /** The bytes, or null where they came to an error: in words, or as a connection that was cut. */
  const download = async (url: string): Promise<Buffer | null> => {
    const answer = await client.fetch(url).catch(() => null);
    if (!answer) return null;
    if (answer.status !== 200) {
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
      return null;
    }
    return answer.arrayBuffer().then(
      (bytes) => Buffer.from(bytes),
      () => null,
    );
  };

  it('is not ready, and says why', async () => {
    failNext({ operation: 'objects.insert', fault: { status: 403 }, times: 9 });
    const down = await fetch(`${app.url}/health/ready`);
    expect(down.status).toBe(503);
    const { details } = (await down.json()) as { details: Record<string, { message?: string }> };
    expect(details['storage']).toMatchObject({ status: 'down', message: 'unavailable: forbidden' });
  });

  const FAULTS: [string, Fault][] = [
    ['too many requests', { status: 429 }],
    ['errors', { status: 503 }],
    ['a reset in the middle', { reset: 1_000 }],
    ['a stall in the middle', { stall: 1_000 }],
    ['a wrong CRC32C', { wrongCrc32c: true }],
    ['a refusal', { status: 403 }],
    ['a bucket that is gone', { bucketGone: true }],
  ];

  it.each(FAULTS)('with %s, nothing is lost or left, and everybody is told', async (_what, fault) => {
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
    // What breaks in the middle is gone on with, a little further each time.
    expect(bytes).toEqual('reset' in fault || 'stall' in fault ? old.file.bytes : null);
    // The photo is gone; its objects are the sweeper's business.
    expect(deleted.data).toEqual({ deletePhotos: [{ __typename: 'DeletedPhoto' }] });
    const { storage } = (await client.data('{ viewer { storage { photoCount } } }'))['viewer'];
    bucket.gcs.server.faults.clear();

    expect(await download(old.url)).toEqual(old.file.bytes);
    expect((await client.fetch(doomed.url)).status).toBe(404);
    await sweep();
    expect(await here()).toEqual([]);
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
  });

  it.each(FAULTS.slice(0, 4))('%s that passes costs nobody anything', async (_what, fault) => {
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
    expect(await waiting()).toEqual([]);
  });

  it('completes again what the bucket did not give or take', async () => {
    const { id } = await sent();
    for (const operation of ['objects.media', 'objects.insert']) {
      failNext({ operation, fault: { status: 403 } });
      expect(code(await complete(id))).toBe('UNAVAILABLE');
      expect(await here()).toEqual([]);
    }
    expect(await client.complete(id)).toMatchObject([{ __typename: 'Photo' }]);
    expect(await waiting()).toEqual([]);
  });

  it('reads what was sent once, and completes it once, however often it is asked at the same time', async () => {
    const { id } = await sent();
    const answers = (await Promise.all(Array.from({ length: 5 }, () => client.complete(id)))).flat();
    expect(new Set(answers.map((answer) => answer['id'])).size).toBe(1);
    expect(statuses('objects.media')).toEqual([200]);
  });

  it('sweeps what a bucket that went away in the middle did not let go of', async () => {
    const before = await bucket.names();
    const { id } = await sent();
    // One of the three objects is not taken, and the other two cannot be deleted.
    failNext({ operation: 'objects.insert', fault: { status: 403 } });
    failNext({ operation: 'objects.delete', fault: { status: 403 }, times: 99 });
    expect(code(await complete(id))).toBe('UNAVAILABLE');
    const added = async () => (await bucket.names()).filter((name) => !before.includes(name));
    expect(await added()).toHaveLength(3);
    bucket.gcs.server.faults.clear();
    await sweep();
    expect(await added()).toEqual([`temp/uploads/${id}`]);
    expect(await client.complete(id)).toMatchObject([{ __typename: 'Photo' }]);
    expect(await waiting()).toEqual([]);
  });
});
