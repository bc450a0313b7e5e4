import { once } from 'node:events';
import { connect } from 'node:net';
import { auditServer } from 'graphql-http';
import { getIntrospectionQuery } from 'graphql';
import { jpeg } from './support/images.ts';
import { type Client, startApp, type TestApp } from './support/app.ts';
import type { GraphqlResponse } from './support/client.ts';

let app: TestApp;
let client: Client;

beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
});
afterAll(() => app.close());

const WHOLE_PHOTO = `id filename title description tags isFavorite isPrivate contentType sizeBytes width height checksum thumbhash takenAt
  takenAtLocal uploadedAt updatedAt trashedAt camera { make model lens iso aperture exposureTime focalLength }
  location { latitude longitude altitude city country } metadata thumbnailUrl previewUrl originalUrl`;

describe('GraphQL over HTTP', () => {
  it('passes the audits of the GraphQL over HTTP specification', async () => {
    const results = await auditServer({ url: `${app.url}/graphql` });
    expect(results).toHaveLength(61);
    expect(
      results.filter((result) => result.status === 'error').map(({ id, name }) => `${id} ${name}`),
    ).toEqual([]);
  });

  it('allows all fields for a page of 200 photos', async () => {
    const query = `{ photos(first: 200) { totalCount nodes { ${WHOLE_PHOTO} } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
    expect((await client.graphql(query)).status).toBe(200);
    expect((await client.graphql(getIntrospectionQuery())).status).toBe(200);
  });

  it('compresses a long response, but not a short one, if the client accepts that', async () => {
    const request = async (query: string, accepted: string) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': accepted };
      const body = JSON.stringify({ query });
      const response = await client.fetch('/graphql', { method: 'POST', headers, body });
      return [response.headers.get('content-encoding'), (await response.text()).length];
    };
    const [coding, length] = await request(getIntrospectionQuery(), 'gzip');
    expect(coding).toBe('gzip');
    expect(await request(getIntrospectionQuery(), 'identity')).toEqual([null, length]);
    expect(await request('{ __typename }', 'gzip')).toEqual([null, expect.any(Number)]);
  });

  it('rejects operations that are too expensive', async () => {
    const fields = 'id filename title tags width height checksum thumbhash takenAt takenAtLocal';
    const page = `photos(first: 200) { nodes { ${fields} } }`;
    const many = Array.from({ length: 30 }, (_, index) => `a${index}: ${page}`).join(' ');
    const { status, errors, data } = await client.graphql(`{ ${many} }`);
    expect(status).toBe(400);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('fewer fields'),
      extensions: { code: expect.any(String) },
    });
    expect(data).toBeFalsy();
  });

  it('rejects batches and cross-site forms', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]);
    expect((await client.fetch('/graphql', { method: 'POST', headers, body })).status).toBe(400);
    const plain = await client.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ __typename }"}',
    });
    expect(plain.status).toBeGreaterThanOrEqual(400);
    const form = new FormData();
    form.set(
      'operations',
      JSON.stringify({
        query: 'mutation ($files: [Upload!]!) { uploadPhotos(files: $files) { __typename } }',
        variables: { files: [null] },
      }),
    );
    form.set('map', '{"0":["variables.files.0"]}');
    form.set('0', new Blob([new Uint8Array(await jpeg())]), 'a.jpg');
    const forged = await client.fetch('/graphql', { method: 'POST', body: form });
    expect(forged.status).toBe(400);
    expect((await client.data('{ photos { totalCount } }'))['photos'].totalCount).toBe(0);
  });

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example'])(
    'rejects requests from pages of %s',
    async (origin) => {
      const headers = { 'content-type': 'application/json', origin };
      const response = await client.fetch('/graphql', {
        method: 'POST',
        headers,
        body: '{"query":"{ viewer { id } }"}',
      });
      const { errors } = (await response.json()) as GraphqlResponse;
      expect([response.status, errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
    },
  );

  it('accepts requests from its own pages', async () => {
    const headers = { 'content-type': 'application/json', origin: app.url };
    expect(
      (await client.fetch('/graphql', { method: 'POST', headers, body: '{"query":"{ viewer { id } }"}' }))
        .status,
    ).toBe(200);
  });

  it('includes the request id, but no internals, in errors', async () => {
    const { errors, headers } = await client.graphql(
      'query ($first: Int) { photos(first: $first) { totalCount } }',
      { first: 'many' },
    );
    expect(errors).toEqual([
      {
        message: expect.any(String),
        locations: expect.anything(),
        extensions: { code: 'BAD_USER_INPUT', requestId: headers.get('x-request-id') },
      },
    ]);
  });
});

it('responds with errors in the same format to every kind of invalid address', async () => {
  for (const [method, path] of [
    ['PUT', '/uploads/%00/%ff'],
    ['GET', '/media/%ff/original'],
    ['GET', '/health/%ff'],
    ['GET', '/nowhere'],
  ] as const) {
    const response = await client.fetch(path, { method, ...(method === 'PUT' ? { body: 'x' } : {}) });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: expect.any(String),
          extensions: { code: expect.any(String), requestId: expect.any(String) },
        },
      ],
    });
  }
});

it('does not send 100 Continue for a request to an unknown host', async () => {
  const { port } = new URL(app.url);
  const statusLineOf = async (host: string): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `PUT /uploads/a/b HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return first.toString().split('\r\n')[0] ?? '';
  };
  expect(await statusLineOf('evil.example')).toContain('403');
  expect(await statusLineOf('localhost')).toContain('100');
});

describe('security headers', () => {
  it('prevent content sniffing, framing and scripts', async () => {
    const { headers } = await client.fetch('/health/live');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('the rate limit', () => {
  it('counts the operations and PUTs of each user, but not image requests', async () => {
    const limited = await startApp({ proxy: true, env: { RATE_LIMIT_PER_MINUTE: '4' } });
    try {
      const [ada, eve] = [await limited.user('ada'), await limited.user('eve')];
      const [photo] = await ada.upload({ name: 'a.jpg', bytes: await jpeg({ seed: 9 }) });
      for (let times = 0; times < 20; times += 1)
        expect((await ada.fetch(photo?.['thumbnailUrl'])).status).toBe(200);
      for (let times = 0; times < 3; times += 1)
        expect((await ada.graphql('{ viewer { id } }')).status).toBe(200);
      const over = await ada.graphql('{ viewer { id } }');
      expect([over.status, over.errors?.[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
      expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await ada.fetch('/uploads/a/b', { method: 'PUT', body: 'x' })).status).toBe(429);
      expect((await eve.graphql('{ viewer { id } }')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('production', () => {
  it('disables introspection and does not suggest names', async () => {
    const production = await startApp({ proxy: true, env: { NODE_ENV: 'production' } });
    try {
      const ada = await production.user('ada');
      expect((await ada.graphql('{ __schema { types { name } } }')).status).toBe(400);
      const { errors } = await ada.graphql('{ viewr { id } }');
      expect(errors?.[0]?.message).not.toContain('viewer');
      const query = 'query ($filter: PhotoFilter) { photos(filter: $filter) { totalCount } }';
      const misspelt = await ada.graphql(query, { filter: { favorit: true } });
      expect(misspelt.errors?.[0]?.message).toContain('favorit');
      expect(misspelt.errors?.[0]?.message).not.toContain('isFavorite');
      expect((await ada.graphql('{ viewer { id } }')).status).toBe(200);
    } finally {
      await production.close();
    }
  });
});
