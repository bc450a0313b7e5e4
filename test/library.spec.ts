import { jest } from '@jest/globals';
import { Database } from '../src/database/database.ts';
import { cameraExif, jpeg } from './support/images.ts';
import { Client, startApp, type TestApp } from './support/app.ts';

let app: TestApp;
let client: Client;
/** Ids by filename. The seven photos were taken on days 1 to 7, in months 1 to 3 of 2024 in turn. */
const ids = new Map<string, string>();

beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
  await client.data('mutation { updateSettings(patch: { timeZone: "Asia/Tokyo" }) { __typename } }');
  const files = await Promise.all(
    ['Café Tokyo', '写真', 'IMG_1234', 'IMG-1234', 'beach', 'snow', 'Ünïcode'].map(async (name, index) => {
      const exif = cameraExif(
        `2024:0${1 + (index % 3)}:0${index + 1} 10:00:00`,
        index % 2 ? { make: 'NIKON', model: 'COOLPIX P6000' } : undefined,
      );
      return { name: `${name}.jpg`, bytes: await jpeg({ seed: index, width: 300 + index, exif }) };
    }),
  );
  for (const photo of await client.upload(...files))
    ids.set(String(photo['filename']).replace('.jpg', ''), photo['id']);
});
afterAll(() => app.close());

const id = (name: string): string => ids.get(name) ?? name;
const names = (photos: { filename: string }[]): string[] =>
  photos.map((photo) => photo.filename.replace('.jpg', ''));
async function list(filter: object | null, args = ''): Promise<string[]> {
  const { photos } = await client.data(
    `query ($filter: PhotoFilter) { photos(filter: $filter ${args}) { nodes { filename } } }`,
    { filter },
  );
  return names(photos.nodes);
}
async function code(query: string, variables: object = {}): Promise<string | undefined> {
  const { status, errors } = await client.graphql(query, variables);
  expect(status).toBe(400);
  return errors?.[0]?.extensions.code;
}

const NEWEST_FIRST = ['snow', 'IMG_1234', 'beach', '写真', 'Ünïcode', 'IMG-1234', 'Café Tokyo'];

describe('photo lists', () => {
  it('are ordered by the camera’s local time, newest first', async () => {
    expect(await list(null)).toEqual(NEWEST_FIRST);
  });

  it.each(['TAKEN_AT', 'UPLOADED_AT', 'FILENAME', 'SIZE'])(
    'ordered by %s contain each photo once when paged forwards and backwards',
    async (field) => {
      for (const direction of ['ASC', 'DESC']) {
        const all = await list(null, `orderBy: { field: ${field}, direction: ${direction} }`);
        const walk = async (way: 'first' | 'last'): Promise<string[]> => {
          const found: string[] = [];
          let cursor: string | null = null;
          do {
            const { photos } = await client.data(
              `query ($cursor: String) { photos(${way}: 3, ${way === 'first' ? 'after' : 'before'}: $cursor, orderBy: { field: ${field}, direction: ${direction} })
              { nodes { filename } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
              { cursor },
            );
            expect(photos.totalCount).toBe(7);
            const [more, back] = [photos.pageInfo.hasNextPage, photos.pageInfo.hasPreviousPage];
            expect(way === 'first' ? back : more).toBe(cursor !== null);
            if (way === 'first') found.push(...names(photos.nodes));
            else found.unshift(...names(photos.nodes));
            cursor =
              way === 'first' ? more && photos.pageInfo.endCursor : back && photos.pageInfo.startCursor;
          } while (cursor);
          return found;
        };
        expect(await walk('first')).toEqual(all);
        expect(await walk('last')).toEqual(all);
        expect(new Set(all).size).toBe(7);
      }
    },
  );

  it('neither skip nor repeat a photo when one on the previous page is removed', async () => {
    const page =
      'query ($after: String) { photos(first: 2, after: $after) { nodes { filename } pageInfo { endCursor } } }';
    const { photos } = await client.data(page);
    await client.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', {
      ids: [id('IMG_1234')],
    });
    const next = await client.data(page, { after: photos.pageInfo.endCursor });
    await client.data('mutation ($ids: [ID!]!) { restorePhotos(ids: $ids) { __typename } }', {
      ids: [id('IMG_1234')],
    });
    expect(names(next['photos'].nodes)).toEqual(['beach', '写真']);
  });

  it.each([
    'photos(first: 0) { totalCount }',
    'photos(first: 201) { totalCount }',
    'photos(last: -1) { totalCount }',
    'photos(first: 1, last: 1) { totalCount }',
    'photos(after: "bm9uZQ") { totalCount }',
    'photos(after: "") { totalCount }',
    'photos(filter: { within: { north: 91, south: 0, east: 0, west: 0 } }) { totalCount }',
    'timelineStrip(month: "2024-13") { ids }',
    'timelineStrip(month: "2024-01", first: 10001) { ids }',
  ])('reject %s', async (field) => {
    expect(await code(`{ ${field} }`)).toBe('BAD_USER_INPUT');
  });

  it('reject a time without an offset', async () => {
    const filter = { takenAt: { from: '2024-01-01T00:00:00' } };
    const query = 'query ($filter: PhotoFilter) { photos(filter: $filter) { totalCount } }';
    expect(await code(query, { filter })).toBe('BAD_USER_INPUT');
  });

  it('reject a cursor from a different order', async () => {
    const { photos } = await client.data('{ photos(first: 1) { pageInfo { endCursor } } }');
    const query =
      'query ($after: String) { photos(after: $after, orderBy: { field: SIZE, direction: DESC }) { totalCount } }';
    expect(await code(query, { after: photos.pageInfo.endCursor })).toBe('BAD_USER_INPUT');
  });

  it('need a fixed number of SQL statements per page, regardless of its length', async () => {
    const database = app.nest.get(Database);
    const query =
      '{ photos(first: 100) { totalCount edges { cursor node { id tags metadata camera { make } location { city } thumbnailUrl } } pageInfo { hasNextPage hasPreviousPage } } }';
    await client.data(query);
    const statements = jest.spyOn(database, 'query');
    const { photos } = await client.data(query);
    expect(photos.edges).toHaveLength(7);
    // The photos of the page, the check that the cached count is valid, the tags, the metadata.
    expect(statements).toHaveBeenCalledTimes(4);
    statements.mockRestore();
  });
});

describe('search', () => {
  it.each([
    ['CAFE', ['Café Tokyo']],
    ['ｃａｆé tokyo', ['Café Tokyo']],
    ['写真', ['写真']],
    ['img_1', ['IMG_1234']],
    ['img', ['IMG_1234', 'IMG-1234']],
    ['unicode', ['Ünïcode']],
    ['nikon coolpix', ['snow', '写真', 'IMG-1234']],
    ['nikon beach', []],
    ['%', []],
    ['zebra', []],
  ])('finds %s', async (query, found) => {
    expect(await list({ query })).toEqual(found);
  });

  it('searches titles, descriptions and tags', async () => {
    const patch = { title: 'ｶﾒﾗ目線', description: 'with Zoë', tags: ['Été', '50% off'] };
    await client.data(
      'mutation ($ids: [ID!]!, $patch: PhotoPatch!) { updatePhotos(ids: $ids, patch: $patch) { __typename } }',
      { ids: [id('beach')], patch },
    );
    for (const query of ['カメラ', 'zoe', 'ete', '50%', 'ete zoe beach'])
      expect(await list({ query })).toEqual(['beach']);
    await client.data(
      'mutation ($ids: [ID!]!) { updatePhotos(ids: $ids, patch: { title: null, description: null, tags: null }) { __typename } }',
      { ids: [id('beach')] },
    );
    expect(await list({ query: 'zoe' })).toEqual([]);
  });
});

describe('filters', () => {
  it.each([
    ['the name of a camera', { camera: 'NIKON COOLPIX P6000' }, ['snow', '写真', 'IMG-1234']],
    ['part of the name of a camera', { camera: 'canon' }, ['IMG_1234', 'beach', 'Ünïcode', 'Café Tokyo']],
    [
      'a range of local camera times',
      { takenAtLocal: { from: '2024-02-02T10:00:00', to: '2024-02-05T10:00:00' } },
      ['写真'],
    ],
    [
      'a range of instants',
      { takenAt: { from: '2024-02-02T01:00:00Z', to: '2024-02-05T10:00:00+09:00' } },
      ['写真'],
    ],
    ['a content type', { contentTypes: ['image/png'] }, []],
    ['an empty list of content types', { contentTypes: [] }, []],
    ['an area of the map', { within: { north: 90, south: -90, east: 180, west: -180 } }, []],
    ['favorites', { isFavorite: true }, []],
    ['trashed photos', { isTrashed: true }, []],
  ])('accept %s', async (_, filter, found) => {
    expect(await list(filter)).toEqual(found);
  });
});

describe('the timeline', () => {
  it('counts the photos of each month and returns each month as columns', async () => {
    const { timeline } = await client.data('{ timeline { month count } }');
    expect(timeline).toEqual([
      { month: '2024-03', count: 2 },
      { month: '2024-02', count: 2 },
      { month: '2024-01', count: 3 },
    ]);
    const { timelineStrip: strip } = await client.data(
      '{ timelineStrip(month: "2024-01") { ids ratios thumbhashes takenAtLocal thumbnailUrls favorites endCursor } }',
    );
    expect(strip.ids).toEqual([id('Ünïcode'), id('IMG-1234'), id('Café Tokyo')]);
    expect(strip.ratios[0]).toBeCloseTo(306 / 240, 3);
    expect(strip.takenAtLocal).toEqual(['2024-01-07T10:00:00', '2024-01-04T10:00:00', '2024-01-01T10:00:00']);
    expect(strip.favorites).toEqual([false, false, false]);
    expect(strip.endCursor).toBeNull();
    expect((await client.fetch(strip.thumbnailUrls[0])).status).toBe(200);
  });

  it('pages through the photos of a month', async () => {
    const query =
      'query ($after: String) { timelineStrip(month: "2024-01", first: 2, after: $after) { ids endCursor } }';
    const { timelineStrip: first } = await client.data(query);
    const { timelineStrip: rest } = await client.data(query, { after: first.endCursor });
    expect([...first.ids, ...rest.ids]).toEqual([id('Ünïcode'), id('IMG-1234'), id('Café Tokyo')]);
    expect(rest.endCursor).toBeNull();
  });
});

describe('edits', () => {
  const update = async (names: string[], patch: object): Promise<any[]> => {
    const query = `mutation ($ids: [ID!]!, $patch: PhotoPatch!) { updatePhotos(ids: $ids, patch: $patch) { __typename
      ... on Photo { id title tags isFavorite isPrivate takenAt takenAtLocal } ... on InvalidInputError { code field } ... on NotFoundError { code id } } }`;
    return (await client.data(query, { ids: names.map(id), patch }))['updatePhotos'];
  };

  it('return one result per id, in the order of the ids', async () => {
    const results = await update(['snow', 'unknown', 'beach', 'snow'], {
      title: ' Winter ',
      isFavorite: true,
    });
    expect(results).toMatchObject([
      { id: id('snow'), title: 'Winter', isFavorite: true },
      { code: 'NOT_FOUND', id: 'unknown' },
      { id: id('beach') },
      { id: id('snow') },
    ]);
    expect(await list({ isFavorite: true })).toEqual(['snow', 'beach']);
    expect(await update(['snow', 'beach'], { title: null, isFavorite: false })).toMatchObject([
      { title: null, isFavorite: false },
      { title: null },
    ]);
  });

  it('preserve the order of tags, and add and remove tags', async () => {
    expect(await update(['snow'], { tags: ['b', 'a', 'b '] })).toMatchObject([{ tags: ['b', 'a'] }]);
    expect(await update(['snow'], { addTags: ['c', 'a'], removeTags: ['b'] })).toMatchObject([
      { tags: ['a', 'c'] },
    ]);
    expect(await update(['snow'], { tags: ['c', 'a'] })).toMatchObject([{ tags: ['c', 'a'] }]);
    await update(['beach'], { addTags: ['a'] });
    expect(await list({ tags: ['a', 'c'] })).toEqual(['snow']);
    expect((await client.data('{ tags { name photos } }'))['tags']).toEqual([
      { name: 'a', photos: 2 },
      { name: 'c', photos: 1 },
    ]);
    await update(['snow', 'beach'], { tags: null });
    expect((await client.data('{ tags { name } }'))['tags']).toEqual([]);
  });

  it('store the offset of a given time, and restore the time from the file', async () => {
    expect(await update(['snow'], { takenAt: '2020-02-29T23:30:00-05:00' })).toMatchObject([
      { takenAt: '2020-03-01T04:30:00.000Z', takenAtLocal: '2020-02-29T23:30:00' },
    ]);
    expect(await update(['snow'], { takenAt: null })).toMatchObject([
      { takenAt: '2024-03-06T01:00:00.000Z', takenAtLocal: '2024-03-06T10:00:00' },
    ]);
  });

  it.each([
    [{ isFavorite: null }, 'isFavorite'],
    [{ isPrivate: null }, 'isPrivate'],
    [{ tags: [], addTags: ['a'] }, 'tags'],
    [{ tags: [' '] }, 'tags'],
    [{ addTags: ['x'.repeat(101)] }, 'addTags'],
    [{ title: 'x'.repeat(256) }, 'title'],
  ])('reject %j and change nothing', async (patch, field) => {
    expect(await update(['snow'], { ...patch })).toMatchObject([{ code: 'INVALID_INPUT', field }]);
    expect(await update(['snow'], {})).toMatchObject([{ title: null, tags: [], isFavorite: false }]);
  });

  it('reject more than 100 tags on a photo, but apply to the other photos', async () => {
    await update(['snow'], { tags: Array.from({ length: 100 }, (_, index) => `t${index}`) });
    expect(await update(['snow', 'beach'], { addTags: ['one more'] })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'addTags' },
      { tags: ['one more'] },
    ]);
    await update(['snow', 'beach'], { tags: [] });
  });

  it('accept at most 1,000 ids', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => `none${index}`);
    expect(
      await code('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', { ids: many }),
    ).toBe('BAD_USER_INPUT');
    expect(
      (
        await client.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', {
          ids: many.slice(1),
        })
      )['trashPhotos'],
    ).toHaveLength(1000);
  });
});

describe('queries and edits at their limits', () => {
  it('report a previous page on an empty last page', async () => {
    const query =
      'query ($after: String, $filter: PhotoFilter) { photos(after: $after, filter: $filter) { nodes { id } pageInfo { hasPreviousPage } } }';
    const { photos: all } = await client.data('{ photos { pageInfo { endCursor } } }');
    const after = all.pageInfo.endCursor;
    const over = await client.data(query, { after });
    expect(over['photos']).toEqual({ nodes: [], pageInfo: { hasPreviousPage: true } });
    const nothing = await client.data(query, { after, filter: { query: 'zebra' } });
    expect(nothing['photos']).toEqual({ nodes: [], pageInfo: { hasPreviousPage: false } });
  });

  it('filter by 100 tags at once', async () => {
    const tags = Array.from({ length: 100 }, (_, index) => `tag ${index}`);
    const query =
      'mutation ($ids: [ID!]!, $patch: PhotoPatch!) { updatePhotos(ids: $ids, patch: $patch) { __typename } }';
    await client.data(query, { ids: [id('snow')], patch: { tags } });
    expect(await list({ tags: tags.map((tag) => ` ${tag.replace(' ', '  ')}`) })).toEqual(['snow']);
    expect(await list({ tags: [...tags.slice(1), 'another'] })).toEqual([]);
    await client.data(query, { ids: [id('snow')], patch: { tags: [] } });
  });

  it('reject a time that a response could not represent', async () => {
    const query =
      'mutation ($ids: [ID!]!, $patch: PhotoPatch!) { updatePhotos(ids: $ids, patch: $patch) { ... on InvalidInputError { field } } }';
    const { updatePhotos } = await client.data(query, {
      ids: [id('snow')],
      patch: { takenAt: '9999-12-31T23:59:59-18:00' },
    });
    expect(updatePhotos).toEqual([{ field: 'takenAt' }]);
  });
});

describe('stats', () => {
  it('count photos by month, camera and content type', async () => {
    const { stats } = await client.data(
      '{ stats { byMonth { month photos bytes } byCamera { name photos } byContentType { name photos } byTag { name } } }',
    );
    expect(stats.byMonth.map((each: { month: string; photos: number }) => [each.month, each.photos])).toEqual(
      [
        ['2024-03', 2],
        ['2024-02', 2],
        ['2024-01', 3],
      ],
    );
    expect(stats.byCamera).toEqual(
      expect.arrayContaining([
        { name: 'Canon EOS 40D', photos: 4 },
        { name: 'NIKON COOLPIX P6000', photos: 3 },
      ]),
    );
    expect(stats.byContentType).toEqual([{ name: 'image/jpeg', photos: 7 }]);
  });
});
