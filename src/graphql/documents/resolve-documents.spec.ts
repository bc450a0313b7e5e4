import type { ApolloServerPlugin } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { mapped, named } from '../testing/documents.ts';
import { form, MultipartClient, UPLOAD } from '../testing/multipart-client.ts';
import { closeAll, greeted } from '../testing/subscription-client.ts';
import { publishChange } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

const HALF = 'query Half($of: Int) { half(of: $of) }';
const TWO = 'query First { first: half } query Second { second: half(of: 4) }';
const DEEP = `{ item ${'{ inner '.repeat(20)} { id } ${'} '.repeat(20)} }`;
const DEAR = '{ a: dear b: dear }';
const CHANGE = 'mutation { change(ids: ["1"]) { id } }';
const CHANGED = 'subscription Changed { changed { ids } }';
const DOCUMENTS = mapped(HALF, TWO, DEEP, DEAR, CHANGE, CHANGED, UPLOAD);
const STRANGE = 'query Strange { half }';

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

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code?: string; reason?: string; requestId?: string } }[];
}

async function read(response: Response) {
  const { data, errors }: Answer = JSON.parse(await response.text());
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

describe('a document that is named', () => {
  it('is run with the variables of the request', async () => {
    expect(await post({ documentId: named(HALF), variables: { of: 3 } })).toMatchObject({
      status: 200,
      data: { half: 1.5 },
      code: undefined,
    });
    expect(await post({ documentId: named(HALF), query: null, extensions: {} })).toMatchObject({
      data: { half: 0.5 },
    });
    expect(await post({ documentId: named(HALF), variables: { of: 'three' } })).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    });
  });

  it('is parsed once, however often it is sent', async () => {
    await post({ documentId: named(TWO), operationName: 'First' });
    parsedTexts.length = 0;
    for (const operationName of ['First', 'Second', 'Second'])
      expect((await post({ documentId: named(TWO), operationName })).status).toBe(200);
    expect(parsedTexts).toEqual([]);
    expect((await post({ documentId: named(TWO), operationName: 'Second' })).data).toEqual({ second: 2 });
  });

  it('is run by GET where it changes nothing', async () => {
    expect(await get({ documentId: named(HALF), variables: '{"of":5}' })).toMatchObject({
      status: 200,
      data: { half: 2.5 },
    });
    expect(await get({ documentId: named(CHANGE) })).toMatchObject({ status: 405, code: 'BAD_USER_INPUT' });
    const simple = await fetch(`${open.url}?documentId=${named(HALF)}`);
    expect(simple.status).toBe(400);
    expect(await simple.text()).toContain('Cross-Site Request Forgery');
  });

  it('takes files', async () => {
    const operations = JSON.stringify({ documentId: named(UPLOAD), variables: { files: [null] } });
    const { status, upload } = await new MultipartClient(open.url).post(form([5], { operations }));
    expect([status, upload]).toEqual([200, [expect.objectContaining({ sizeBytes: 5, error: null })]]);
  });

  it('has the limits of every other', async () => {
    for (const text of [DEEP, DEAR])
      expect(await post({ documentId: named(text) })).toMatchObject({
        status: 400,
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
  });

  it('that is not known is refused, so that a page knows to load again', async () => {
    const refused = {
      status: 400,
      code: 'BAD_USER_INPUT',
      reason: 'UNKNOWN_DOCUMENT',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
    };
    for (const server of [open, only]) {
      expect(await post({ documentId: named(STRANGE) }, server)).toMatchObject(refused);
      expect(await get({ documentId: named(STRANGE) }, server)).toMatchObject(refused);
    }
  });

  it.each([
    { documentId: 'sha256:x' },
    { documentId: 5 },
    { documentId: named(HALF), query: HALF },
    { documentId: named(HALF), query: 5 },
    [{ documentId: named(HALF) }, { documentId: named(HALF) }],
  ])('badly is refused: %j', async (body) => {
    const { status, code, data, reason } = await post(body);
    expect({ status, code, reason, data: data ?? null }).toEqual({
      status: 400,
      code: 'BAD_USER_INPUT',
      reason: undefined,
      data: null,
    });
  });

  it('twice by GET is refused', async () => {
    const twice = `documentId=${named(HALF)}&documentId=${named(TWO)}`;
    expect(await get(twice)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await get({ documentId: named(HALF), query: HALF })).toMatchObject({ status: 400 });
  });

  it('stands beside others, which are run as ever', async () => {
    expect(await post({ query: STRANGE })).toMatchObject({ status: 200, data: { half: 0.5 } });
    expect(await get({ query: STRANGE })).toMatchObject({ status: 200, data: { half: 0.5 } });
    expect(await post({})).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });
});

describe('where only trusted documents are run', () => {
  const forbidden = { status: 403, code: 'FORBIDDEN', message: expect.stringContaining('`documentId`') };

  it('they are, by name or by their very text', async () => {
    expect(await post({ documentId: named(HALF) }, only)).toMatchObject({ status: 200 });
    expect(await post({ query: HALF }, only)).toMatchObject({ status: 200 });
    expect(await get({ documentId: named(HALF) }, only)).toMatchObject({ status: 200 });
    expect(await get({ query: HALF }, only)).toMatchObject({ status: 200, data: { half: 0.5 } });
  });

  it('another is refused, by POST and by GET', async () => {
    expect(await post({ query: STRANGE }, only)).toMatchObject(forbidden);
    expect(await post({ query: '{ __schema { types { name } } }' }, only)).toMatchObject(forbidden);
    expect(await get({ query: STRANGE }, only)).toMatchObject(forbidden);
  });

  it.each([
    `query=${encodeURIComponent(HALF)}&query=${encodeURIComponent(STRANGE)}`,
    `%71uery=${encodeURIComponent(STRANGE)}`,
    `x=1#&query=${encodeURIComponent(STRANGE)}`,
    `documentId=${named(HALF)}&query=${encodeURIComponent(STRANGE)}`,
  ])('another is not slipped in: ?%s', async (search) => {
    const headers = { 'Apollo-Require-Preflight': '1' };
    const { status, data } = await read(await fetch(`${only.url}?${search}`, { headers }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(data ?? null).toBeNull();
  });

  it('another is refused in a batch and in a body that is no JSON', async () => {
    expect((await post([{ query: STRANGE }], only)).status).toBe(400);
    for (const type of ['application/graphql', 'text/plain', 'application/x-www-form-urlencoded']) {
      const init = { method: 'POST', headers: { 'Content-Type': type, 'Apollo-Require-Preflight': '1' } };
      const { status, data } = await read(await fetch(only.url, { ...init, body: STRANGE }));
      expect([status, data ?? null]).toEqual([400, null]);
    }
  });

  it('another takes no files, and leaves none behind', async () => {
    const operations = JSON.stringify({ query: `${UPLOAD} # other`, variables: { files: [null] } });
    const client = new MultipartClient(only.url);
    expect(await client.post(form([5], { operations }))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await only.spooled()).toEqual([]);
    expect(await client.post(form([5]))).toMatchObject({ status: 200 });
  });
});

describe('over WebSocket', () => {
  const subscribe = (name: string, id = '1') => ({
    type: 'subscribe',
    id,
    payload: { query: '', extensions: { documentId: name } },
  });
  const error = (extensions: object) => ({
    type: 'error',
    id: '1',
    payload: [expect.objectContaining({ extensions: expect.objectContaining(extensions) })],
  });

  it('a document that is named is subscribed to, again and again', async () => {
    for (const server of [open, only]) {
      const anna = await greeted('anna', server);
      anna.say(subscribe(named(CHANGED), 'a'));
      anna.say(subscribe(named(CHANGED), 'b'));
      expect(await anna.heard(50)).toBeUndefined();
      await publishChange('anna', ['a1']);
      const heard = [await anna.heard(), await anna.heard()];
      expect(new Set(heard.map((message) => message?.id))).toEqual(new Set(['a', 'b']));
      expect(heard[0]).toMatchObject({ type: 'next', payload: { data: { changed: { ids: ['a1'] } } } });
      await anna.close();
    }
  });

  it('one that is not known, or is no subscription, is refused', async () => {
    const anna = await greeted('anna', open);
    anna.say(subscribe(named('subscription { changed { ids } }')));
    expect(await anna.heard()).toEqual(error({ code: 'BAD_USER_INPUT', reason: 'UNKNOWN_DOCUMENT' }));
    anna.say(subscribe(named(HALF)));
    expect(await anna.heard()).toEqual(error({ code: 'BAD_USER_INPUT' }));
    anna.say(subscribe(named(DEEP)));
    expect(await anna.heard()).toEqual(error({ code: 'GRAPHQL_VALIDATION_FAILED' }));
  });

  it('another is refused where only trusted ones are run', async () => {
    const anna = await greeted('anna', only);
    anna.subscribe('subscription { changed { ids } }');
    expect(await anna.heard()).toEqual(error({ code: 'FORBIDDEN' }));
    anna.subscribe(CHANGED);
    expect(await anna.heard(50)).toBeUndefined();
  });
});
