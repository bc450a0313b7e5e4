import { getIntrospectionQuery } from 'graphql';
import { LIMITS } from './limits.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface GraphqlResponse {
  data?: Record<string, unknown>;
  errors?: { message: string; extensions: { code: string; requestId: string } }[];
}

async function send(init: RequestInit, url = server.url) {
  const res = await fetch(url, init);
  const body: GraphqlResponse = JSON.parse(await res.text());
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
/** Document in which each fragment uses the next one twice, so that it expands to 2 ** (n + 1) selections. */
const doubling = (n: number) =>
  `{ item { ...F0 } } ${times(n, (i) => `fragment F${i} on Item { ...F${i + 1} ...F${i + 1} }`)} fragment F${n} on Item { id }`;

const INVALID = { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' };

describe('the limits of an operation', () => {
  it('include its depth', async () => {
    expect(await post(nested(LIMITS.depth))).toMatchObject({ status: 200 });
    expect(await post(nested(LIMITS.depth + 1))).toMatchObject({
      ...INVALID,
      message: 'Query depth limit of 10 exceeded, found 11.',
    });
  });

  it('include the depth of its fragments', async () => {
    const deep = `{ item { ...F0 } } ${times(LIMITS.depth, (n) => `fragment F${n} on Item { inner { ...F${n + 1} } }`)}`;
    expect(await post(`${deep} fragment F${LIMITS.depth} on Item { id }`)).toMatchObject(INVALID);
  });

  it('include its number of aliases', async () => {
    expect(await post(`{ ${times(LIMITS.aliases, (n) => `a${n}: half`)} }`)).toMatchObject({ status: 200 });
    const { message, ...refused } = await post(`{ ${times(LIMITS.aliases + 1, (n) => `a${n}: half`)} }`);
    expect(refused).toMatchObject(INVALID);
    expect(message).toBe('Aliases limit of 30 exceeded, found 31.');
  });

  it('include its number of directives', async () => {
    expect(await post(included(LIMITS.directives))).toMatchObject({ status: 200 });
    expect(await post(included(LIMITS.directives + 1))).toMatchObject(INVALID);
  });

  it('include its number of tokens', async () => {
    // Six tokens per field, plus the two braces.
    const exactly = times((LIMITS.tokens - 2) / 6, () => 'half(of: 1)');
    expect(await post(`{ ${exactly} }`)).toMatchObject({ status: 200 });
    expect(await post(`{ ${exactly} __typename }`)).toMatchObject({
      status: 400,
      code: 'GRAPHQL_PARSE_FAILED',
    });
  });

  it('include its number of selections after fragments are expanded', async () => {
    expect(await post(doubling(8))).toMatchObject({ status: 200 });
    expect(await post(doubling(10))).toMatchObject({
      ...INVALID,
      message: expect.stringContaining('too many selections'),
    });
    // 2 ** 151 selections: the server must reject the document without counting them all.
    expect(await post(doubling(150))).toMatchObject(INVALID);
  });

  it('exclude fragments that refer to each other in a cycle', async () => {
    expect(
      await post('{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }'),
    ).toMatchObject(INVALID);
  });

  it('include its cost, calculated from the variables of each request', async () => {
    const page =
      'first: $n) { nodes { id list { id } } edges { cursor node { id list { id } } } totalCount }';
    const query = `query ($n: Int!) { ${times(10, (n) => `p${n}: items(${page}`)} }`;
    expect(await post(query, { n: 10 })).toMatchObject({ status: 200 });
    // Apollo has cached the document as valid, so a validation rule would not run again.
    const refused = await post(query, { n: 200 });
    expect(refused).toMatchObject(INVALID);
    expect(refused.message).toContain('values; the maximum is 50000');
    expect(await post(query, { n: 10 })).toMatchObject({ status: 200 });
  });

  it('use the complexity that a field declares', async () => {
    expect(await post('{ expensive }')).toMatchObject({ status: 200 });
    expect(await post('{ a: expensive b: expensive }')).toMatchObject(INVALID);
  });

  it('allow the largest page and the largest batch', async () => {
    const page = '{ nodes { id list { id } } edges { cursor node { id list { id } } } totalCount }';
    expect(await post(`{ items(first: 200) ${page} }`)).toMatchObject({
      status: 200,
      body: { data: { items: { totalCount: 200 } } },
    });
    const ids = Array.from({ length: 1_000 }, (_, n) => `019${n}`.padEnd(36, '0'));
    const query = 'mutation ($ids: [ID!]!) { change(ids: $ids) { __typename id list { id } } }';
    expect(await post(query, { ids })).toMatchObject({ status: 200 });
  });

  it('restrict each request to one operation', async () => {
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

  it('is allowed outside production, within the limits', async () => {
    expect(await post(introspection)).toMatchObject({ status: 200 });
    const deep = `{ __schema { types ${'{ fields { type { ofType { fields { type '.repeat(3)} { name } ${'} } } } }'.repeat(3)} } }`;
    expect(await post(deep)).toMatchObject(INVALID);
  });

  it('is rejected in production, where error messages do not suggest field names', async () => {
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
