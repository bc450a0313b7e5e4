import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '../src/database/database.ts';
import {
  type Client,
  type GraphqlResponse,
  sha256,
  startApp,
  type TestApp,
  type TestFile,
} from './support/app.ts';
import { jpeg } from './support/images.ts';
import { rounds } from './support/rounds.ts';

let app: TestApp;
let client: Client;
let base: Buffer;
let serial = 0;

beforeAll(async () => {
  base = await jpeg({ width: 32, height: 24 });
});
beforeEach(async () => {
  app = await startApp();
  ({ client } = app);
});
afterEach(() => app.close());

/** A unique photo. All have the same size plus `fillerBytes`, which decoders ignore after the end of the JPEG. */
function photo(fillerBytes = 0): TestFile {
  const bytes = Buffer.concat([
    base,
    Buffer.from(String(serial++).padStart(6, '0')),
    Buffer.alloc(fillerBytes),
  ]);
  return { name: `${serial}.jpg`, bytes };
}

function send(file: TestFile, index: number): Promise<GraphqlResponse['data'][]> {
  return index % 2 === 0 ? client.upload(file) : client.stage(file);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(app.dataDir, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

async function storage(): Promise<GraphqlResponse['data']> {
  return (await client.data('{ viewer { storage { usedBytes photoCount trashedCount } } }'))['viewer']
    .storage;
}

async function reserved(): Promise<number> {
  const rows = await app.nest.get(Database).query<{ n: number }>('SELECT storage_reserved AS n FROM users');
  return rows[0]?.n ?? 0;
}

function change(field: string, ids: string[]): Promise<GraphqlResponse['data']> {
  return client.data(`mutation ($ids: [ID!]!) { results: ${field}(ids: $ids) { __typename } }`, { ids });
}

describe.each(rounds())('Races (round %i):', () => {
  it('creates one photo from 200 concurrent uploads of the same bytes', async () => {
    const file = photo();
    const outcomes = (await Promise.all(Array.from({ length: 200 }, (_, index) => send(file, index)))).flat();
    const made = outcomes.filter((outcome) => outcome['__typename'] === 'Photo');
    expect(made).toHaveLength(1);
    const duplicates = outcomes.filter((outcome) => outcome['__typename'] === 'DuplicatePhotoError');
    expect(duplicates).toHaveLength(199);
    expect(new Set(duplicates.map((duplicate) => duplicate['photo'].id))).toEqual(new Set([made[0]?.['id']]));
    expect(await storage()).toEqual({ usedBytes: file.bytes.length, photoCount: 1, trashedCount: 0 });
    expect(await filesIn('objects')).toHaveLength(3);
    expect([await filesIn('temp/uploads'), await reserved()]).toEqual([[], 0]);
  });

  it('never exceeds the quota by a byte, even with concurrent uploads', async () => {
    await app.close();
    const size = photo().bytes.length;
    const quota = 10 * size + size - 1;
    app = await startApp({ env: { STORAGE_QUOTA_BYTES: String(quota) } });
    ({ client } = app);
    await storage();
    const uploading = new AbortController();
    const watch = (async () => {
      let most = 0;
      while (!uploading.signal.aborted) {
        const [row] = await app.nest
          .get(Database)
          .query<{ n: number }>('SELECT storage_used + storage_reserved AS n FROM users');
        most = Math.max(most, row?.n ?? 0);
      }
      return most;
    })();
    const outcomes = (
      await Promise.all(Array.from({ length: 100 }, (_, index) => send(photo(), index)))
    ).flat();
    uploading.abort();
    expect(await watch).toBe(10 * size);
    const stored = outcomes.filter((outcome) => outcome['__typename'] === 'Photo');
    expect(stored).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome['code'] === 'QUOTA_EXCEEDED')).toHaveLength(90);
    expect(await storage()).toMatchObject({ usedBytes: 10 * size, photoCount: 10 });
    expect([await filesIn('temp/uploads'), await reserved()]).toEqual([[], 0]);
    expect(await filesIn('objects')).toHaveLength(30);

    await change('deletePhotos', [stored[0]?.['id']]);
    for (const door of [0, 1]) {
      expect(await send(photo(size), door)).toMatchObject([{ code: 'QUOTA_EXCEEDED' }]);
      const [last] = await send(photo(size - 1), door);
      expect(last).toMatchObject({ __typename: 'Photo' });
      expect(await storage()).toMatchObject({ usedBytes: quota });
      await change('deletePhotos', [last?.['id']]);
    }
  });

  it('serves a download completely or not at all, whenever the photo is deleted', async () => {
    const file = photo(16 * 1024 ** 2);
    const [stored] = await client.upload(file);
    const slow = await client.fetch(stored?.['originalUrl']);
    const reader = slow.body?.getReader();
    const first = await reader?.read();
    const download = async (delayMs: number) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const response = await client.fetch(stored?.['originalUrl']);
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
    };
    const around = Promise.all(Array.from({ length: 12 }, (_, index) => download(index * 4)));
    await new Promise((resolve) => setTimeout(resolve, 12));
    expect(await change('deletePhotos', [stored?.['id']])).toEqual({
      results: [{ __typename: 'DeletedPhoto' }],
    });

    const chunks = [first?.value ?? new Uint8Array()];
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      chunks.push(part.value ?? new Uint8Array());
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(file.bytes));
    const broken = (await around).filter(
      ({ status, body }) =>
        !(status === 200 && sha256(body) === sha256(file.bytes)) &&
        !(status === 404 && JSON.parse(body.toString()).errors[0].extensions.code === 'NOT_FOUND'),
    );
    expect(broken).toEqual([]);
    expect((await download(0)).status).toBe(404);
    expect(await filesIn('objects')).toEqual([]);
  });

  it('leaves a consistent state after photos are trashed, restored and deleted concurrently', async () => {
    const files = Array.from({ length: 24 }, () => photo());
    const stored = [
      ...(await client.upload(...files.slice(0, 12))),
      ...(await client.upload(...files.slice(12))),
    ];
    const ids = stored.map((each) => each['id'] as string);
    const doomed = ids.slice(0, 12);
    const requests = Array.from({ length: 24 }, (_, index) => {
      const these = index % 2 === 0 ? ids : ids.toReversed();
      if (index % 6 === 5) return { field: 'deletePhotos', ids: these.filter((id) => doomed.includes(id)) };
      return { field: index % 3 === 0 ? 'restorePhotos' : 'trashPhotos', ids: these };
    });
    const results = await Promise.all(
      requests.map(async (request) => {
        const data = await change(request.field, request.ids);
        return request.ids.map((id, at) => `${id} ${data['results'][at].__typename}`);
      }),
    );
    const resultsOf = (typename: string) =>
      results.flat().filter((result) => result.endsWith(` ${typename}`));
    expect(resultsOf('DeletedPhoto').toSorted()).toEqual(doomed.map((id) => `${id} DeletedPhoto`).toSorted());
    expect(
      resultsOf('NotFoundError').filter((result) => !doomed.includes(result.split(' ')[0] ?? '')),
    ).toEqual([]);

    const left = await client.data(
      `{ library: photos(first: 100) { nodes { id trashedAt } }
       trash: photos(first: 100, filter: { isTrashed: true }) { nodes { id trashedAt } } }`,
    );
    const nodes = [...left['library'].nodes, ...left['trash'].nodes];
    expect(nodes.map(({ id }): string => id).toSorted()).toEqual(ids.slice(12).toSorted());
    expect(left['library'].nodes.every((node: { trashedAt: string | null }) => node.trashedAt === null)).toBe(
      true,
    );
    expect(await storage()).toEqual({
      usedBytes: files.slice(12).reduce((sum, { bytes }) => sum + bytes.length, 0),
      photoCount: left['library'].nodes.length,
      trashedCount: left['trash'].nodes.length,
    });
    expect(await filesIn('objects')).toHaveLength(36);
  });
});
