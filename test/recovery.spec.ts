import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { Database, type SqlValue } from '../src/database/database.ts';
import { ownerFolder } from '../src/photos/objects/photo-keys.ts';
import { Recovery } from '../src/photos/upkeep/recovery.ts';
import { Sweeper } from '../src/photos/upkeep/sweeper.ts';
import { ObjectStore } from '../src/storage/object-store.ts';
import { type Client, sha256, startApp, type TestApp, type TestFile, forgetDatabase } from './support/app.ts';
import { jpeg } from './support/images.ts';

// Starts with RECOVER_DATABASE and a database that lacks acknowledged changes. damage.spec.ts covers the start
// without RECOVER_DATABASE, which must fail.

const RECOVER = { RECOVER_DATABASE: 'true' };
const DAY_MS = 24 * 60 * 60_000;

let dataDir: string;
let app: TestApp;
let seed = 0;

interface Listed {
  id: string;
  filename: string;
  checksum: string;
  title: string | null;
  uploadedAt: string;
  originalUrl: string;
  thumbnailUrl: string;
  previewUrl: string;
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imgstream-recovery-'));
});
afterEach(async () => {
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

const photo = async (): Promise<TestFile> => ({
  name: 'beach.jpg',
  bytes: await jpeg({ seed: (seed += 1) }),
});
const run = (sql: string, params: SqlValue[] = []) =>
  app.nest.get(Database).write([], (tx) => tx.run(sql, params));
const store = () => app.nest.get(ObjectStore);
const objects = async () => {
  const pages = await Promise.all(
    ['photos/', 'thumbnails/'].map((key) => store().list(key, { limit: 1000 })),
  );
  return pages.flatMap(({ keys }) => keys);
};

async function restart(options: { proxy?: boolean; env?: Record<string, string> } = {}): Promise<void> {
  await app.close();
  app = await startApp({ dataDir, ...options });
}

/** Uploads a file and returns the id of its photo. */
async function upload(client: Client, file: TestFile): Promise<string> {
  const [result] = await client.upload(file);
  expect(result).toMatchObject({ __typename: 'Photo' });
  return result?.['id'];
}

async function library(client: Client, isTrashed = false): Promise<Listed[]> {
  const { photos } = await client.data(
    `query ($filter: PhotoFilter!) { photos(first: 50, filter: $filter) {
      nodes { id filename checksum title uploadedAt originalUrl thumbnailUrl previewUrl } } }`,
    { filter: { isTrashed } },
  );
  return photos.nodes;
}

async function expectServed(client: Client, photo: Listed): Promise<void> {
  const original = await client.fetch(photo.originalUrl);
  expect(sha256(Buffer.from(await original.arrayBuffer()))).toBe(photo.checksum);
  for (const url of [photo.thumbnailUrl, photo.previewUrl]) {
    const rendition = await client.fetch(url);
    expect(rendition.status).toBe(200);
    expect((await rendition.arrayBuffer()).byteLength).toBe(Number(rendition.headers.get('content-length')));
  }
}

const usedBytes = async (client: Client): Promise<number> =>
  (await client.data('{ viewer { storage { usedBytes } } }'))['viewer'].storage.usedBytes;

it('recreates the photos of each user with their previous ids after that user signs in', async () => {
  app = await startApp({ dataDir, proxy: true });
  const files = await Promise.all([photo(), photo(), photo()]);
  const [first, second] = [await app.user('ada'), await app.user('ben')];
  const made = [await upload(first, files[0]), await upload(first, files[1])];
  const other = await upload(second, files[2]);
  const before = await objects();
  await app.close();
  // On PostgreSQL, the next start gets an empty database.
  if (!forgetDatabase(dataDir))
    for (const name of ['imgstream.duckdb', 'commits']) await rm(join(dataDir, name));

  app = await startApp({ dataDir, proxy: true, env: RECOVER });
  const ada = await app.user('ada');
  expect(await library(ada)).toEqual([]);
  await app.nest.get(Recovery).run();
  const again = await library(ada);
  expect(again.map(({ id }) => id).toSorted()).toEqual(made.toSorted());
  for (const photo of again) {
    expect(photo.filename).toBe(`${photo.id}.jpg`);
    expect(Math.abs(Date.parse(photo.uploadedAt) - Date.now())).toBeLessThan(60_000);
    await expectServed(ada, photo);
  }
  expect(await usedBytes(ada)).toBe(files[0].bytes.length + files[1].bytes.length);
  expect(await ada.upload(files[0])).toMatchObject([{ __typename: 'DuplicatePhotoError' }]);

  const ben = await app.user('ben');
  expect(await library(ben)).toEqual([]);
  for (let left = 400; left > 0 && (await library(ben)).length === 0; left--) await delay(100);
  expect(await library(ben)).toMatchObject([{ id: other }]);
  expect(await library(ada)).toHaveLength(2);
  expect(await objects()).toEqual(before);

  await restart({ proxy: true });
  await expectServed(await app.user('ben'), (await library(await app.user('ben')))[0]!);
});

describe('with an older copy of the database', () => {
  let client: Client;
  let owner: string;

  beforeEach(async () => {
    app = await startApp({ dataDir });
    client = app.client;
    await client.data('{ viewer { id } }');
    const [user] = await app.nest.get(Database).query<{ id: string }>('SELECT id FROM users');
    owner = ownerFolder(user!.id);
  });

  const recover = async () => {
    await restart({ env: RECOVER });
    client = app.client;
    await app.nest.get(Recovery).run();
  };
  const forget = async (id: string) => {
    await run(
      'UPDATE users SET storage_used = storage_used - (SELECT size_bytes FROM photos WHERE id = $1)',
      [id],
    );
    await run('DELETE FROM photos WHERE id = $1', [id]);
  };

  it('the sweeper removes no photo that was created or restored after the copy', async () => {
    const [kept, restored] = [await upload(client, await photo()), await upload(client, await photo())];
    const { keys } = await store().list(`photos/${owner}/${kept}`, { limit: 1 });
    await run(
      `INSERT INTO uploads SELECT $1, user_id, 'keeping', NULL, filename, size_bytes, checksum, 0, $2, $2, id,
       storage_path, thumbnail_path, preview_path, NULL FROM photos WHERE id = $3`,
      [uuid(), new Date(0), kept],
    );
    await forget(kept);
    await run('UPDATE photos SET trashed_date = $1 WHERE id = $2', [
      new Date(Date.now() - 40 * DAY_MS),
      restored,
    ]);
    await recover();
    await app.nest.get(Sweeper).sweep();
    expect(await library(client)).toMatchObject([{ id: kept }]);
    expect(await library(client, true)).toMatchObject([{ id: restored }]);
    await restart();
    await app.nest.get(Sweeper).sweep();
    expect(await library(app.client, true)).toMatchObject([{ id: restored }]);
    await expectServed(app.client, (await library(app.client))[0]!);
    expect((await store().find(keys[0]!))?.key).toBe(keys[0]);
  });

  it('a photo whose original is missing moves to the trash and can be deleted', async () => {
    const [gone, there] = [await upload(client, await photo()), await upload(client, await photo())];
    for (const key of (await objects()).filter((key) => key.includes(gone))) await store().delete(key);
    await recover();
    expect(await library(client)).toMatchObject([{ id: there }]);
    expect(await library(client, true)).toMatchObject([{ id: gone }]);
    expect((await client.fetch(`/media/${gone}/thumbnail`)).status).toBe(404);
    await client.data('mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }', {
      ids: [gone],
    });
    expect(await library(client, true)).toEqual([]);
    expect(await objects()).toHaveLength(3);
  });

  it('missing renditions are created again', async () => {
    await upload(client, await photo());
    for (const key of await objects()) if (key.startsWith('thumbnails/')) await store().delete(key);
    await run("UPDATE photos SET thumbnail_bytes = 1, preview_bytes = 1, title = 'kept'");
    await recover();
    const [found] = await library(client);
    expect(found).toMatchObject({ title: 'kept' });
    await expectServed(client, found!);
  });

  it('a photo that was deleted and uploaded again after the copy has the newer original', async () => {
    const file = await photo();
    const id = await upload(client, file);
    await run("UPDATE photos SET storage_path = replace(storage_path, id, $1), title = 'old'", [uuid()]);
    await recover();
    const all = await library(client);
    expect(all).toMatchObject([{ id, title: 'old' }]);
    await expectServed(client, all[0]!);
    expect(await usedBytes(client)).toBe(file.bytes.length);
    expect(await library(client, true)).toEqual([]);
  });

  it('originals that cannot become photos are left unchanged and do not stop the recovery', async () => {
    const file = await photo();
    const id = await upload(client, file);
    const [junk, twin] = [uuid({ msecs: 1 }), uuid()];
    await store().put(`photos/${owner}/${junk}.jpg`, Buffer.from('junk'), 'image/jpeg');
    await store().put(`photos/${owner}/${twin}.jpg`, file.bytes, 'image/jpeg');
    await store().put(`photos/${owner}/notes.txt`, Buffer.from('not ours'), 'text/plain');
    const lost = await upload(client, await photo());
    await forget(lost);
    const before = await objects();
    await recover();
    expect((await library(client)).map((photo) => photo.id).toSorted()).toEqual([id, lost].toSorted());
    expect(await objects()).toEqual(before);
    await restart();
    expect(await objects()).toEqual(before);
  });
});
