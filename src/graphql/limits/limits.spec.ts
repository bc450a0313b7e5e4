import { getIntrospectionQuery } from 'graphql';
import { LIMITS } from './limits.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Answer {
  data?: Record<string, unknown>;
  errors?: { message: string; extensions: { code: string; requestId: string } }[];
}

async function send(init: RequestInit, url = server.url) {
  const res = await fetch(url, init);
  const body: Answer = JSON.parse(await res.text());
  return {
    status: res.status,
    body,
    message: body.errors?.[0]?.message,
    code: body.errors?.[0]?.extensions.code,
  };
}

function post(query: string, variables?: object, url = server.url) {
  const headers = { 'Content-Type': 'application/json' };
  return send({ method: 'POST', headers, body: JSON.stringify({ query, variables }) }, url);
}

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (depth: number) => `{ item ${'{ inner '.repeat(depth - 2)} { id } ${'} '.repeat(depth - 2)} }`;
const included = (count: number) => `{ half ${times(count, () => '... @include(if: true) { half }')} }`;
/** Every field twice the selections of the one before: 2 ** (n + 1) in all. */
const doubling = (n: number) =>
  `{ item { ...F0 } } ${times(n, (i) => `fragment F${i} on Item { ...F${i + 1} ...F${i + 1} }`)} fragment F${n} on Item { id }`;

const INVALID = { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' };

describe('an operation', () => {
  it('has a bound on its depth', async () => {
    expect(await post(nested(LIMITS.depth))).toMatchObject({ status: 200 });
    expect(await post(nested(LIMITS.depth + 1))).toMatchObject({
      ...INVALID,
      message: 'Query depth limit of 10 exceeded, found 11.',
    });
  });

  it('has a bound on its depth that fragments do not get round', async () => {
    const deep = `{ item { ...F0 } } ${times(LIMITS.depth, (n) => `fragment F${n} on Item { inner { ...F${n + 1} } }`)}`;
    expect(await post(`${deep} fragment F${LIMITS.depth} on Item { id }`)).toMatchObject(INVALID);
  });

  it('has a bound on its aliases', async () => {
    expect(await post(`{ ${times(LIMITS.aliases, (n) => `a${n}: half`)} }`)).toMatchObject({ status: 200 });
    const { message, ...refused } = await post(`{ ${times(LIMITS.aliases + 1, (n) => `a${n}: half`)} }`);
    expect(refused).toMatchObject(INVALID);
    expect(message).toBe('Aliases limit of 30 exceeded, found 31.');
  });

  it('has a bound on its directives', async () => {
    expect(await post(included(LIMITS.directives))).toMatchObject({ status: 200 });
    expect(await post(included(LIMITS.directives + 1))).toMatchObject(INVALID);
  });

  it('has a bound on its tokens', async () => {
    // Six for each field, and the braces.
    const exactly = times((LIMITS.tokens - 2) / 6, () => 'half(of: 1)');
    expect(await post(`{ ${exactly} }`)).toMatchObject({ status: 200 });
    expect(await post(`{ ${exactly} __typename }`)).toMatchObject({
      status: 400,
      code: 'GRAPHQL_PARSE_FAILED',
    });
  });

  it('has a bound on its selections that fragments do not get round', async () => {
    expect(await post(doubling(8))).toMatchObject({ status: 200 });
    expect(await post(doubling(10))).toMatchObject({
      ...INVALID,
      message: expect.stringContaining('too many selections'),
    });
    // Whoever counts to 2 to the 150th never answers.
    expect(await post(doubling(150))).toMatchObject(INVALID);
  });

  it('refuses fragments that go round in a circle', async () => {
    expect(
      await post('{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }'),
    ).toMatchObject(INVALID);
  });

  it('has a bound on its cost, by the variables of each time it is sent', async () => {
    const page =
      'first: $n) { nodes { id list { id } } edges { cursor node { id list { id } } } totalCount }';
    const query = `query ($n: Int!) { ${times(10, (n) => `p${n}: items(${page}`)} }`;
    expect(await post(query, { n: 10 })).toMatchObject({ status: 200 });
    // The document is known and valid by now, so that a rule of validation would not be asked again.
    const refused = await post(query, { n: 200 });
    expect(refused).toMatchObject(INVALID);
    expect(refused.message).toContain('values, of which 50000 are allowed');
    expect(await post(query, { n: 10 })).toMatchObject({ status: 200 });
  });

  it('costs what its field says', async () => {
    expect(await post('{ dear }')).toMatchObject({ status: 200 });
    expect(await post('{ a: dear b: dear }')).toMatchObject(INVALID);
  });

  it('has room for the largest page and the largest batch', async () => {
    const page = '{ nodes { id list { id } } edges { cursor node { id list { id } } } totalCount }';
    expect(await post(`{ items(first: 200) ${page} }`)).toMatchObject({
      status: 200,
      body: { data: { items: { totalCount: 200 } } },
    });
    const ids = Array.from({ length: 1_000 }, (_, n) => `019${n}`.padEnd(36, '0'));
    const query = 'mutation ($ids: [ID!]!) { change(ids: $ids) { __typename id list { id } } }';
    expect(await post(query, { ids })).toMatchObject({ status: 200 });
  });

  it('is one of its request', async () => {
    const body = JSON.stringify([{ query: '{ half }' }, { query: '{ half }' }]);
    const refused = await send({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    expect(refused).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: 'Operation batching disabled.',
    });
  });
});

describe('introspection', () => {
  const introspection = getIntrospectionQuery({
    specifiedByUrl: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  it('passes outside production, with the limits in place', async () => {
    expect(await post(introspection)).toMatchObject({ status: 200 });
    const deep = `{ __schema { types ${'{ fields { type { ofType { fields { type '.repeat(3)} { name } ${'} } } } }'.repeat(3)} } }`;
    expect(await post(deep)).toMatchObject(INVALID);
  });

  it('is refused in production, as are hints of what fields are called', async () => {
    const production = await startTestServer({ config: { production: true } });
    try {
      expect(await post('{ halv }')).toMatchObject({
        message: expect.stringContaining('Did you mean "half"?'),
      });
      expect(await post('{ halv }', {}, production.url)).toMatchObject({
        ...INVALID,
        message: 'Cannot query field "halv" on type "Query".',
      });
      for (const query of [introspection, '{ __type(name: "Item") { name } }'])
        expect(await post(query, {}, production.url)).toMatchObject(INVALID);
      expect(await post('{ __typename half }', {}, production.url)).toMatchObject({ status: 200 });
    } finally {
      await production.close();
    }
  });
});
