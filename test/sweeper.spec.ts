import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../src/database/database.ts';
import { Sweeper } from '../src/photos/upkeep/sweeper.ts';
import { ObjectStore } from '../src/storage/object-store.ts';
import { sha256, startApp, type TestApp, type TestFile } from './support/app.ts';
import { jpeg } from './support/images.ts';

let dataDir: string;
let app: TestApp;
let seed = 0;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imgstream-sweep-'));
  app = await startApp({ dataDir });
});
afterEach(async () => {
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

const photo = async (): Promise<TestFile> => ({ name: 'a.jpg', bytes: await jpeg({ seed: (seed += 1) }) });
const run = (sql: string, params: (string | Date)[] = []) =>
  app.nest.get(Database).write([], (tx) => tx.run(sql, params));
const sweep = () => app.nest.get(Sweeper).sweep();
const objects = async () => [...(await keys('photos/')), ...(await keys('thumbnails/'))];
const keys = async (prefix: string) => (await app.nest.get(ObjectStore).list(prefix, { limit: 1000 })).keys;
const staged = () => readdir(join(dataDir, 'temp', 'uploads'));
const reserved = async () =>
  (await app.nest.get(Database).query<{ n: number }>('SELECT storage_reserved AS n FROM users'))[0]?.n;
const HOUR_AGO = () => new Date(Date.now() - 3_600_000);

/**
 * Starts the service again. If other processes may use the database, they may also be working on an upload, so leftovers
 * of a crash are removed only when they have expired: this lets two hours pass.
 */
async function restart(): Promise<void> {
  if (app.nest.get(Database).capabilities.severalProcesses) {
    await run("UPDATE uploads SET expires_date = $1 WHERE state = 'keeping'", [HOUR_AGO()]);
    const past = new Date(Date.now() - 2 * 3_600_000);
    for (const name of await staged()) await utimes(join(dataDir, 'temp', 'uploads', name), past, past);
  }
  await app.close();
  app = await startApp({ dataDir });
}

it('removes objects that a crash left between an intent and its commit, and the upload can be completed again', async () => {
  const file = await photo();
  const [target] = await app.client.declare(file);
  await app.client.put(target!, file.bytes);
  const store = app.nest.get(ObjectStore);
  await store.put('photos/x/half.jpg', file.bytes, 'image/jpeg');
  await store.put('thumbnails/x/half_thumb.jpg', Buffer.from('x'), 'image/jpeg');
  await run(
    `UPDATE uploads SET state = 'keeping', photo_id = 'half', storage_path = 'photos/x/half.jpg', thumbnail_path = 'thumbnails/x/half_thumb.jpg',
     preview_path = 'thumbnails/x/half_preview.jpg', expires_date = $2 WHERE id = $1`,
    [target!['id'], new Date(Date.now() + 3_600_000)],
  );
  await sweep();
  expect(await objects()).toHaveLength(2);

  await restart();
  expect(await objects()).toEqual([]);
  expect(await app.client.complete(target!['id'])).toMatchObject([
    { __typename: 'Photo', checksum: sha256(file.bytes) },
  ]);
  expect(await reserved()).toBe(0);
});

it('releases the reservation of an expired target, which still reports that it has expired', async () => {
  const file = await photo();
  const [target] = await app.client.declare(file);
  expect(await reserved()).toBe(file.bytes.length);
  await run('UPDATE uploads SET expires_date = $1', [HOUR_AGO()]);
  expect((await app.client.put(target!, file.bytes)).status).toBe(410);
  await sweep();
  expect(await reserved()).toBe(0);
  expect(await app.client.complete(target!['id'])).toMatchObject([{ code: 'UPLOAD_EXPIRED' }]);
  expect((await app.client.put(target!, file.bytes)).status).toBe(410);
  await run('UPDATE uploads SET expires_date = $1', [HOUR_AGO()]);
  await sweep();
  expect(await app.client.complete(target!['id'])).toMatchObject([{ code: 'NOT_FOUND' }]);
});

it('removes staged bytes of uploads that were never completed', async () => {
  const file = await photo();
  const [target] = await app.client.declare(file);
  await app.client.put(target!, file.bytes);
  expect(await staged()).toHaveLength(1);
  await sweep();
  expect(await staged()).toHaveLength(1);
  await run('UPDATE uploads SET expires_date = $1', [HOUR_AGO()]);
  await sweep();
  expect([await staged(), await reserved()]).toEqual([[], 0]);
});

it('purges photos from the trash after TRASH_DAYS, but not restored ones', async () => {
  const stored = await app.client.upload(await photo(), await photo());
  const [old, restored] = stored.map((each) => each['id'] as string);
  await app.client.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', {
    ids: [old, restored],
  });
  await run('UPDATE photos SET trashed_date = $1', [new Date(Date.now() - 29 * 86_400_000)]);
  await sweep();
  expect(await objects()).toHaveLength(6);
  await run('UPDATE photos SET trashed_date = $1', [new Date(Date.now() - 31 * 86_400_000)]);
  await app.client.data('mutation ($ids: [ID!]!) { restorePhotos(ids: $ids) { __typename } }', {
    ids: [restored],
  });
  await sweep();
  expect(await objects()).toHaveLength(3);
  expect(
    await app.client.data(
      'query ($a: ID!, $b: ID!) { a: photo(id: $a) { id } b: photo(id: $b) { id } viewer { storage { photoCount usedBytes } } }',
      { a: old, b: restored },
    ),
  ).toMatchObject({
    a: null,
    b: { id: restored },
    viewer: { storage: { photoCount: 1, usedBytes: expect.any(Number) } },
  });
});

it('removes the objects of a photo whose deletion was interrupted', async () => {
  const [stored] = await app.client.upload(await photo());
  await run(
    `INSERT INTO tombstones SELECT id, user_id, storage_path, thumbnail_path, preview_path, upload_date FROM photos WHERE id = $1`,
    [stored!['id']],
  );
  await run('DELETE FROM photos WHERE id = $1', [stored!['id']]);
  await sweep();
  expect(await objects()).toEqual([]);
  expect(await app.nest.get(Database).query('SELECT * FROM tombstones')).toEqual([]);
});

it('leaves files that are still being received and removes them at the next start', async () => {
  await writeFile(join(dataDir, 'temp', 'uploads', 'arriving.part'), 'half');
  await sweep();
  expect(await staged()).toEqual(['arriving.part']);
  await restart();
  expect(await staged()).toEqual([]);
});

it('removes the staged bytes of an upload that crashed between its commit and its response', async () => {
  const [done, waiting] = [await photo(), await photo()];
  const [first, second] = await app.client.declare(done, waiting);
  await app.client.put(first!, done.bytes);
  await app.client.put(second!, waiting.bytes);
  await app.client.complete(first!['id']);
  await writeFile(join(dataDir, 'temp', 'uploads', first!['id']), done.bytes);
  await restart();
  expect(await staged()).toEqual([second!['id']]);
  expect(await app.client.complete(first!['id'], second!['id'])).toMatchObject([
    { __typename: 'Photo', checksum: sha256(done.bytes) },
    { __typename: 'Photo', checksum: sha256(waiting.bytes) },
  ]);
});
