import { LIMITS } from './limits/limits.ts';
import { type TestServer, startTestServer } from './testing/server.ts';

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

describe('a request', () => {
  const json = { 'Content-Type': 'application/json' };
  const preflighted = { 'Apollo-Require-Preflight': '1' };
  const query = JSON.stringify({ query: '{ half }' });

  it('with a content type that other sites can send without a preflight is rejected', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json']) {
      const refused = await send({ method: 'POST', headers: { 'Content-Type': type }, body: query });
      expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(refused.message).toContain('Cross-Site Request Forgery');
    }
  });

  it('by GET is accepted only with a header that other sites cannot send without a preflight', async () => {
    const url = `${server.url}?query={half}`;
    expect(await send({}, url)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await send({ headers: preflighted }, url)).toMatchObject({
      status: 200,
      body: { data: { half: 0.5 } },
    });
  });

  it('by GET cannot run a mutation', async () => {
    const url = `${server.url}?query=${encodeURIComponent('mutation { change(ids: ["1"]) { id } }')}`;
    const { status, body, code } = await send({ headers: preflighted }, url);
    expect([status, code]).toEqual([405, 'BAD_USER_INPUT']);
    expect(body.data).toBeUndefined();
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('by %s is rejected', async (method) => {
    expect(await send({ method, headers: json, body: query })).toMatchObject({
      status: 405,
      code: 'BAD_USER_INPUT',
    });
  });

  it('has a limited body size', async () => {
    expect(await send({ method: 'POST', headers: json, body: query.padEnd(LIMITS.bodyBytes) })).toMatchObject(
      {
        status: 200,
      },
    );
    const refused = await send({ method: 'POST', headers: json, body: query.padEnd(LIMITS.bodyBytes + 1) });
    expect(refused).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      message: 'The request body must not exceed 1048576 bytes.',
    });
    expect(refused.body.errors?.[0]?.extensions.requestId).toMatch(/^[\w-]{36}$/);
  });

  it('has a limited body size after decompression', async () => {
    const compressed = new Response(
      new Blob([' '.repeat(8 * LIMITS.bodyBytes)]).stream().pipeThrough(new CompressionStream('gzip')),
    );
    const body = await compressed.bytes();
    expect(body.length).toBeLessThan(100_000);
    const refused = await send({ method: 'POST', headers: { ...json, 'Content-Encoding': 'gzip' }, body });
    expect(refused).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each([
    '{"query": ',
    'null',
    '"text"',
    '',
    '{}',
    '{"query": 1}',
    '{"query": "{ half }", "variables": []}',
  ])('with the body %j is rejected', async (body) => {
    const refused = await send({ method: 'POST', headers: json, body });
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(refused.body.errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(JSON.stringify(refused.body)).not.toMatch(/node_modules|at /);
  });

  it('in an unsupported charset or encoding is rejected', async () => {
    const latin1 = { 'Content-Type': 'application/json; charset=latin1' };
    expect(await send({ method: 'POST', headers: latin1, body: query })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const zip = { ...json, 'Content-Encoding': 'zip' };
    expect(await send({ method: 'POST', headers: zip, body: query })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
