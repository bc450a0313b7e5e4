import type { ApolloServerPlugin } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { documentIdOf, documentMap } from '../testing/documents.ts';
import { form, MultipartClient, UPLOAD } from '../testing/multipart-client.ts';
import { closeAll, openConnection } from '../testing/subscription-client.ts';
import { publishChange } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

const HALF = 'query Half($of: Int) { half(of: $of) }';
const TWO = 'query First { first: half } query Second { second: half(of: 4) }';
const DEEP = `{ item ${'{ inner '.repeat(20)} { id } ${'} '.repeat(20)} }`;
const EXPENSIVE = '{ a: expensive b: expensive }';
const CHANGE = 'mutation { change(ids: ["1"]) { id } }';
const CHANGED = 'subscription Changed { changed { ids } }';
const DOCUMENTS = documentMap(HALF, TWO, DEEP, EXPENSIVE, CHANGE, CHANGED, UPLOAD);
const UNKNOWN = 'query Unknown { half }';

const parsedTexts: string[] = [];

@Plugin()
class ParseWatch implements ApolloServerPlugin {
  async requestDidStart() {
    return {
      parsingDidStart: async ({ source }: { source: string }) => {
        parsedTexts.push(source);
      },
    };
  }
}

let open: TestServer;
let only: TestServer;
beforeAll(async () => {
  open = await startTestServer({ documents: DOCUMENTS, providers: [ParseWatch] });
  only = await startTestServer({ documents: DOCUMENTS, config: { trustedDocumentsOnly: true } });
});
afterEach(closeAll);
afterAll(() => Promise.all([open.close(), only.close()]));

interface GraphqlResponse {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code?: string; reason?: string; requestId?: string } }[];
}

async function read(response: Response) {
  const { data, errors }: GraphqlResponse = JSON.parse(await response.text());
  const [error] = errors ?? [];
  const { code, reason, requestId } = error?.extensions ?? {};
  return { status: response.status, data, message: error?.message, code, reason, requestId };
}

async function post(body: unknown, { url } = open) {
  const headers = { 'Content-Type': 'application/json' };
  return read(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function get(parameters: string | Record<string, string>, { url } = open) {
  const headers = { 'Apollo-Require-Preflight': '1' };
  return read(await fetch(`${url}?${new URLSearchParams(parameters).toString()}`, { headers }));
}

describe('a document requested by its identifier', () => {
  it('is run with the variables of the request', async () => {
    expect(await post({ documentId: documentIdOf(HALF), variables: { of: 3 } })).toMatchObject({
      status: 200,
      data: { half: 1.5 },
      code: undefined,
    });
    expect(await post({ documentId: documentIdOf(HALF), query: null, extensions: {} })).toMatchObject({
      data: { half: 0.5 },
    });
    expect(await post({ documentId: documentIdOf(HALF), variables: { of: 'three' } })).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    });
  });

  it('is parsed only once', async () => {
    await post({ documentId: documentIdOf(TWO), operationName: 'First' });
    parsedTexts.length = 0;
    for (const operationName of ['First', 'Second', 'Second'])
      expect((await post({ documentId: documentIdOf(TWO), operationName })).status).toBe(200);
    expect(parsedTexts).toEqual([]);
    expect((await post({ documentId: documentIdOf(TWO), operationName: 'Second' })).data).toEqual({
      second: 2,
    });
  });

  it('is run by GET unless it contains a mutation', async () => {
    expect(await get({ documentId: documentIdOf(HALF), variables: '{"of":5}' })).toMatchObject({
      status: 200,
      data: { half: 2.5 },
    });
    expect(await get({ documentId: documentIdOf(CHANGE) })).toMatchObject({
      status: 405,
      code: 'BAD_USER_INPUT',
    });
    const simple = await fetch(`${open.url}?documentId=${documentIdOf(HALF)}`);
    expect(simple.status).toBe(400);
    expect(await simple.text()).toContain('Cross-Site Request Forgery');
  });

  it('can receive files', async () => {
    const operations = JSON.stringify({ documentId: documentIdOf(UPLOAD), variables: { files: [null] } });
    const { status, upload } = await new MultipartClient(open.url).post(form([5], { operations }));
    expect([status, upload]).toEqual([200, [expect.objectContaining({ sizeBytes: 5, error: null })]]);
  });

  it('is subject to the same limits as other documents', async () => {
    for (const text of [DEEP, EXPENSIVE])
      expect(await post({ documentId: documentIdOf(text) })).toMatchObject({
        status: 400,
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
  });

  it('is rejected with a reason if it is unknown, so that the web app can reload itself', async () => {
    const refused = {
      status: 400,
      code: 'BAD_USER_INPUT',
      reason: 'UNKNOWN_DOCUMENT',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
    };
    for (const server of [open, only]) {
      expect(await post({ documentId: documentIdOf(UNKNOWN) }, server)).toMatchObject(refused);
      expect(await get({ documentId: documentIdOf(UNKNOWN) }, server)).toMatchObject(refused);
    }
  });

  it.each([
    { documentId: 'sha256:x' },
    { documentId: 5 },
    { documentId: documentIdOf(HALF), query: HALF },
    { documentId: documentIdOf(HALF), query: 5 },
    [{ documentId: documentIdOf(HALF) }, { documentId: documentIdOf(HALF) }],
  ])('is rejected if the request is malformed: %j', async (body) => {
    const { status, code, data, reason } = await post(body);
    expect({ status, code, reason, data: data ?? null }).toEqual({
      status: 400,
      code: 'BAD_USER_INPUT',
      reason: undefined,
      data: null,
    });
  });

  it('is rejected if a GET request contains two documents', async () => {
    const twice = `documentId=${documentIdOf(HALF)}&documentId=${documentIdOf(TWO)}`;
    expect(await get(twice)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await get({ documentId: documentIdOf(HALF), query: HALF })).toMatchObject({ status: 400 });
  });

  it('does not prevent other documents from being run', async () => {
    expect(await post({ query: UNKNOWN })).toMatchObject({ status: 200, data: { half: 0.5 } });
    expect(await get({ query: UNKNOWN })).toMatchObject({ status: 200, data: { half: 0.5 } });
    expect(await post({})).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });
});

describe('if only trusted documents are allowed', () => {
  const forbidden = { status: 403, code: 'FORBIDDEN', message: expect.stringContaining('`documentId`') };

  it('a trusted document is run by its identifier or by its exact text', async () => {
    expect(await post({ documentId: documentIdOf(HALF) }, only)).toMatchObject({ status: 200 });
    expect(await post({ query: HALF }, only)).toMatchObject({ status: 200 });
    expect(await get({ documentId: documentIdOf(HALF) }, only)).toMatchObject({ status: 200 });
    expect(await get({ query: HALF }, only)).toMatchObject({ status: 200, data: { half: 0.5 } });
  });

  it('another document is rejected, by POST and by GET', async () => {
    expect(await post({ query: UNKNOWN }, only)).toMatchObject(forbidden);
    expect(await post({ query: '{ __schema { types { name } } }' }, only)).toMatchObject(forbidden);
    expect(await get({ query: UNKNOWN }, only)).toMatchObject(forbidden);
  });

  it.each([
    `query=${encodeURIComponent(HALF)}&query=${encodeURIComponent(UNKNOWN)}`,
    `%71uery=${encodeURIComponent(UNKNOWN)}`,
    `x=1#&query=${encodeURIComponent(UNKNOWN)}`,
    `documentId=${documentIdOf(HALF)}&query=${encodeURIComponent(UNKNOWN)}`,
  ])('another document is not run by the query string ?%s', async (search) => {
    const headers = { 'Apollo-Require-Preflight': '1' };
    const { status, data } = await read(await fetch(`${only.url}?${search}`, { headers }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(data ?? null).toBeNull();
  });

  it('another document is rejected in a batch and in a body that is not JSON', async () => {
    expect((await post([{ query: UNKNOWN }], only)).status).toBe(400);
    for (const type of ['application/graphql', 'text/plain', 'application/x-www-form-urlencoded']) {
      const init = { method: 'POST', headers: { 'Content-Type': type, 'Apollo-Require-Preflight': '1' } };
      const { status, data } = await read(await fetch(only.url, { ...init, body: UNKNOWN }));
      expect([status, data ?? null]).toEqual([400, null]);
    }
  });

  it('another document receives no files and leaves none staged', async () => {
    const operations = JSON.stringify({ query: `${UPLOAD} # other`, variables: { files: [null] } });
    const client = new MultipartClient(only.url);
    expect(await client.post(form([5], { operations }))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await only.stagedFiles()).toEqual([]);
    expect(await client.post(form([5]))).toMatchObject({ status: 200 });
  });
});

describe('over WebSocket', () => {
  const subscribe = (documentId: string, id = '1') => ({
    type: 'subscribe',
    id,
    payload: { query: '', extensions: { documentId } },
  });
  const error = (extensions: object) => ({
    type: 'error',
    id: '1',
    payload: [expect.objectContaining({ extensions: expect.objectContaining(extensions) })],
  });

  it('a document requested by its identifier can be subscribed to repeatedly', async () => {
    for (const server of [open, only]) {
      const anna = await openConnection('anna', server);
      anna.send(subscribe(documentIdOf(CHANGED), 'a'));
      anna.send(subscribe(documentIdOf(CHANGED), 'b'));
      expect(await anna.receive(50)).toBeUndefined();
      await publishChange('anna', ['a1']);
      const received = [await anna.receive(), await anna.receive()];
      expect(new Set(received.map((message) => message?.id))).toEqual(new Set(['a', 'b']));
      expect(received[0]).toMatchObject({ type: 'next', payload: { data: { changed: { ids: ['a1'] } } } });
      await anna.close();
    }
  });

  it('a document that is unknown or not a valid subscription is rejected', async () => {
    const anna = await openConnection('anna', open);
    anna.send(subscribe(documentIdOf('subscription { changed { ids } }')));
    expect(await anna.receive()).toEqual(error({ code: 'BAD_USER_INPUT', reason: 'UNKNOWN_DOCUMENT' }));
    anna.send(subscribe(documentIdOf(HALF)));
    expect(await anna.receive()).toEqual(error({ code: 'BAD_USER_INPUT' }));
    anna.send(subscribe(documentIdOf(DEEP)));
    expect(await anna.receive()).toEqual(error({ code: 'GRAPHQL_VALIDATION_FAILED' }));
  });

  it('another document is rejected if only trusted documents are allowed', async () => {
    const anna = await openConnection('anna', only);
    anna.subscribe('subscription { changed { ids } }');
    expect(await anna.receive()).toEqual(error({ code: 'FORBIDDEN' }));
    anna.subscribe(CHANGED);
    expect(await anna.receive(50)).toBeUndefined();
  });
});
