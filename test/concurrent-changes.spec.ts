import { Database } from '../src/database/database.ts';
import { type Client, startApp, type TestApp } from './support/app.ts';
import { jpeg } from './support/images.ts';
import { rounds } from './support/rounds.ts';

// On PostgreSQL, the requests are spread over two instances of the service that share the database.

let apps: TestApp[];

beforeAll(async () => {
  const first = await startApp({ proxy: true });
  const url = first.databaseUrl;
  apps = url ? [first, await startApp({ proxy: true, env: { DATABASE_URL: url } })] : [first];
});
afterAll(async () => {
  for (const app of apps) await app.close();
});

let users = 0;

/** Clients of one new user, one for each instance; `at(n)` takes turns. */
async function newUser(): Promise<{ at: (n: number) => Client }> {
  const name = `user${(users += 1)}`;
  const clients = await Promise.all(apps.map((app) => app.user(name)));
  return { at: (n) => clients[n % clients.length]! };
}

let seed = 0;
const photo = async () => ({ name: 'a.jpg', bytes: await jpeg({ seed: (seed += 1) }) });

async function upload(client: Client, count: number): Promise<string[]> {
  const files = await Promise.all(Array.from({ length: count }, photo));
  const results = await client.upload(...files);
  return results.map((result) => result['id'] as string);
}

describe.each(rounds())('Concurrent requests (round %i):', () => {
  it('the first requests of a user create one row', async () => {
    const { at } = await newUser();
    const ids = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => (await at(n).data('{ viewer { id } }'))['viewer'].id),
    );
    expect(new Set(ids).size).toBe(1);
    const rows = await apps[0]!.nest.get(Database).query('SELECT id FROM users WHERE id = $1', [ids[0]]);
    expect(rows).toHaveLength(1);
  });

  it('deletions of the same photos delete each once', async () => {
    const { at } = await newUser();
    const ids = await upload(at(0), 6);
    const stranger = await newUser();
    const remove = async (client: Client) =>
      (await client.data('mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }', { ids }))[
        'deletePhotos'
      ] as { __typename: string }[];
    const attempts = await Promise.all([
      ...Array.from({ length: 8 }, (_, n) => remove(at(n))),
      ...Array.from({ length: 4 }, async (_, n) => {
        const results = await remove(stranger.at(n));
        expect(results.every(({ __typename: type }) => type === 'NotFoundError')).toBe(true);
        return results;
      }),
    ]);
    const deleted = ids.map(
      (_id, index) => attempts.filter((results) => results[index]?.__typename === 'DeletedPhoto').length,
    );
    expect(deleted).toEqual(ids.map(() => 1));
    const { viewer } = await at(1).data('{ viewer { storage { usedBytes photoCount } } }');
    expect(viewer.storage).toEqual({ usedBytes: 0, photoCount: 0 });
  });

  it('changes of different settings are all kept', async () => {
    const { at } = await newUser();
    const change = (n: number, patch: object) =>
      at(n).data('mutation ($patch: SettingsPatch!) { updateSettings(patch: $patch) { __typename } }', {
        patch,
      });
    await at(0).data('{ viewer { id } }');
    await Promise.all([
      change(0, { locale: 'ja' }),
      change(1, { theme: 'DARK' }),
      change(2, { pageSize: 77 }),
      change(3, { timeZone: 'Asia/Tokyo' }),
    ]);
    expect(
      (await at(1).data('{ viewer { settings { locale theme pageSize timeZone } } }'))['viewer'],
    ).toEqual({
      settings: { locale: 'ja', theme: 'DARK', pageSize: 77, timeZone: 'Asia/Tokyo' },
    });
  });

  it('tags and titles are all kept, and all are found', async () => {
    const { at } = await newUser();
    const [id] = await upload(at(0), 1);
    const edit = (n: number, patch: object) =>
      at(n).data(
        'mutation ($ids: [ID!]!, $patch: PhotoPatch!) { updatePhotos(ids: $ids, patch: $patch) { __typename } }',
        { ids: [id], patch },
      );
    const tags = Array.from({ length: 24 }, (_, n) => `tag${n}x`);
    await Promise.all([...tags.map((tag, n) => edit(n, { addTags: [tag] })), edit(1, { title: 'Harbour' })]);
    const read = await at(1).data('query ($id: ID!) { photo(id: $id) { title tags } }', { id });
    expect(read['photo'].title).toBe('Harbour');
    expect(read['photo'].tags.toSorted()).toEqual(tags.toSorted());
    for (const query of ['harbour', ...tags]) {
      const { photos } = await at(0).data(
        'query ($filter: PhotoFilter) { photos(filter: $filter) { totalCount } }',
        { filter: { query } },
      );
      expect([query, photos.totalCount]).toEqual([query, 1]);
    }
  });

  it('declared uploads never exceed the number of open targets', async () => {
    const { at } = await newUser();
    const declare = async (batch: number) => {
      const uploads = Array.from({ length: 100 }, (_, n) => ({
        filename: `${n}.jpg`,
        contentType: 'image/jpeg',
        sizeBytes: 10,
        checksum: `${batch}${n}`.padStart(64, '0'),
      }));
      const { createUploads } = await at(batch).data(
        'mutation ($uploads: [CreateUploadInput!]!) { createUploads(uploads: $uploads) { __typename } }',
        { uploads },
      );
      return createUploads.filter(({ __typename: type }: { __typename: string }) => type === 'UploadTarget')
        .length;
    };
    const open = await Promise.all(Array.from({ length: 24 }, (_, batch) => declare(batch)));
    expect(open.reduce((sum: number, count: number) => sum + count, 0)).toBe(2_000);
  });
});
