import { GraphQLSchemaHost } from '@nestjs/graphql';
import { jpeg } from './support/images.ts';
import { startApp, type Client, type TestApp } from './support/app.ts';
import type { GraphqlResponse } from './support/client.ts';
import { getNamedType, type GraphQLField, isInputObjectType } from 'graphql';

let app: TestApp;
let ada: Client;
let eve: Client;
let photo: Record<string, any>;
let target: Record<string, any>;

beforeAll(async () => {
  app = await startApp({ proxy: true });
  [ada, eve] = [await app.user('ada'), await app.user('eve')];
  [photo] = (await ada.upload({ name: 'ada.jpg', bytes: await jpeg({ seed: 1 }) })) as [Record<string, any>];
  [target] = (await ada.declare({ name: 'next.jpg', bytes: await jpeg({ seed: 2 }) })) as [
    Record<string, any>,
  ];
});
afterAll(() => app.close());

/** Every query and mutation field of the API that takes an id or a list of ids. */
function fieldsWithIds(): { kind: 'query' | 'mutation'; name: string; list: boolean; rest: string }[] {
  const { schema } = app.nest.get(GraphQLSchemaHost);
  const of = (kind: 'query' | 'mutation', fields: GraphQLField<unknown, unknown>[]) =>
    fields.flatMap((field) => {
      const arg = field.args.find((each) => getNamedType(each.type).name === 'ID');
      if (!arg) return [];
      const others = field.args.filter((each) => each !== arg && String(each.type).endsWith('!'));
      const rest = others
        .map((each) => `, ${each.name}: ${isInputObjectType(getNamedType(each.type)) ? '{}' : 'null'}`)
        .join('');
      return [{ kind, name: `${field.name}:${arg.name}`, list: String(arg.type).startsWith('['), rest }];
    });
  return [
    ...of('query', Object.values(schema.getQueryType()?.getFields() ?? {})),
    ...of('mutation', Object.values(schema.getMutationType()?.getFields() ?? {})),
  ];
}

describe('another user’s photo or upload', () => {
  it('appears not to exist in every field that takes an id', async () => {
    const fields = fieldsWithIds();
    expect(fields.map((field) => field.name)).toEqual(
      expect.arrayContaining([
        'node:id',
        'photo:id',
        'completeUploads:ids',
        'updatePhotos:ids',
        'trashPhotos:ids',
        'restorePhotos:ids',
        'deletePhotos:ids',
      ]),
    );
    for (const { kind, name, list, rest } of fields) {
      const [field, arg] = name.split(':');
      const call = async (id: string) => {
        const value = JSON.stringify(list ? [id] : id);
        const { data, errors } = await eve.graphql(
          `${kind} { ${field}(${arg}: ${value}${rest}) { __typename } }`,
        );
        return { data, errors: errors?.map((error) => error.message) };
      };
      for (const id of [photo['id'], target['id'], 'accounts.test:ada'])
        expect(await call(id)).toEqual(await call('nothing'));
    }
    // None of the calls changed the photo.
    expect(
      await ada.data('query ($id: ID!) { photo(id: $id) { id trashedAt title } }', { id: photo['id'] }),
    ).toEqual({ photo: { id: photo['id'], trashedAt: null, title: null } });
  });

  it.each(['original', 'thumbnail', 'preview'])('has no downloadable %s', async (kind) => {
    const [theirs, missing] = [
      await eve.fetch(`/media/${photo['id']}/${kind}`),
      await eve.fetch(`/media/nothing/${kind}`),
    ];
    expect([theirs.status, missing.status]).toEqual([404, 404]);
    expect(theirs.headers.get('etag')).toBeNull();
    expect((await ada.fetch(`/media/${photo['id']}/${kind}`)).status).toBe(200);
  });

  it('has no target that accepts bytes', async () => {
    const bytes = await jpeg({ seed: 2 });
    expect((await eve.put(target, bytes)).status).toBe(404);
    expect((await ada.put(target, bytes)).status).toBe(200);
    expect(await eve.complete(target['id'])).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('is not a duplicate of the user’s own photo', async () => {
    const [mine] = await eve.upload({ name: 'mine.jpg', bytes: await jpeg({ seed: 1 }) });
    expect(mine).toMatchObject({ __typename: 'Photo' });
    expect(mine?.['id']).not.toBe(photo['id']);
    await eve.data('mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }', {
      ids: [mine?.['id']],
    });
    expect((await ada.fetch(photo['originalUrl'])).status).toBe(200);
  });

  it('is not counted in any list or statistic', async () => {
    const seen = await eve.data(
      '{ photos { totalCount } timeline { month } tags { name } stats { byMonth { month } byCamera { name } } viewer { storage { usedBytes photoCount } } }',
    );
    expect(seen).toEqual({
      photos: { totalCount: 0 },
      timeline: [],
      tags: [],
      stats: { byMonth: [], byCamera: [] },
      viewer: { storage: { usedBytes: 0, photoCount: 0 } },
    });
  });
});

describe('identities', () => {
  it('are not mixed up in 200 interleaved requests', async () => {
    const users = [ada, eve] as const;
    const emails = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { viewer } = await users[index % 2 === 0 ? 0 : 1].data(
          '{ viewer { id email } photos { nodes { id } } }',
        );
        return viewer.email as string;
      }),
    );
    expect(emails).toEqual(
      Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'ada@example.com' : 'eve@example.com')),
    );
  });

  it('are keyed by the sub claim, and take e-mail and name from the latest assertion', async () => {
    const query = '{ viewer { id email name } }';
    expect((await (await app.user('bob', { name: 'Bob' })).data(query))['viewer']).toEqual({
      id: 'accounts.test:bob',
      email: 'bob@example.com',
      name: 'Bob',
    });
    expect((await (await app.user('bob', { email: 'bob@new.example' })).data(query))['viewer']).toEqual({
      id: 'accounts.test:bob',
      email: 'bob@new.example',
      name: 'Bob',
    });
  });

  it('are required on every path except the health probes', async () => {
    for (const [method, path] of [
      ['POST', '/graphql'],
      ['GET', '/graphql'],
      ['GET', photo['originalUrl']],
      ['PUT', target['url']],
      ['GET', '/'],
      ['GET', '/nowhere'],
      ['GET', '/playground/assets/x.js'],
    ]) {
      const response = await fetch(app.url + path, {
        method: method as string,
        ...(method === 'GET' ? {} : { body: '{}' }),
      });
      expect([path, response.status]).toEqual([path, 401]);
      const { errors } = (await response.json()) as GraphqlResponse;
      expect(errors).toEqual([
        {
          message: expect.any(String),
          extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
        },
      ]);
    }
    for (const probe of ['live', 'ready', 'startup'])
      expect((await fetch(`${app.url}/health/${probe}`)).status).toBe(200);
  });
});
