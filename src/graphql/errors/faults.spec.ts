import { BadRequestException, HttpException, UnauthorizedException } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { faultOf, formatFault, statusOf } from './faults.ts';
import { SECRET } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';
import { badUserInput, fault } from '../types/errors.ts';

interface Answer {
  data?: unknown;
  errors: Record<string, unknown>[];
}

const parseAnswer: (text: string) => Answer = JSON.parse;

const INTERNAL = { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error.' };
const AWAY = { code: 'UNAVAILABLE', message: 'The service cannot do this just now; try again in a moment.' };

function httpError(status: number, expose: boolean): Error {
  return Object.assign(new Error('From the library.'), { status, statusCode: status, expose });
}

describe('faultOf', () => {
  it.each([
    [
      'a fault',
      badUserInput('first must be from 1 to 200.'),
      { code: 'BAD_USER_INPUT', message: 'first must be from 1 to 200.' },
    ],
    [
      'a 403 of a guard',
      new HttpException('Forbidden resource', 403),
      { code: 'FORBIDDEN', message: 'Forbidden resource' },
    ],
    ['a 401 of a guard', new UnauthorizedException(), { code: 'UNAUTHENTICATED', message: 'Unauthorized' }],
    ['a 400 of a pipe', new BadRequestException('No.'), { code: 'BAD_USER_INPUT', message: 'No.' }],
    ['a 429 of a guard', new HttpException('Too much.', 429), { code: 'RATE_LIMITED', message: 'Too much.' }],
    ['a 404', new HttpException('Nothing here.', 404), { code: 'BAD_USER_INPUT', message: 'Nothing here.' }],
    [
      'an error for the client',
      httpError(413, true),
      { code: 'PAYLOAD_TOO_LARGE', message: 'From the library.' },
    ],
    ['an error about the client', httpError(400, false), { code: 'BAD_USER_INPUT', message: 'Bad request.' }],
    [
      'an unknown operation',
      coded('OPERATION_RESOLUTION_FAILURE'),
      { code: 'BAD_USER_INPUT', message: 'Said.' },
    ],
    ['a bad request', coded('BAD_REQUEST'), { code: 'BAD_USER_INPUT', message: 'Said.' }],
  ])('tells of %s', (_, error, told) => {
    expect(faultOf(error)).toEqual(told);
  });

  it.each([
    ['an error', new Error(SECRET), INTERNAL],
    [
      'an error within a GraphQLError',
      new GraphQLError(SECRET, { originalError: new Error(SECRET) }),
      INTERNAL,
    ],
    ['a GraphQLError without a code', new GraphQLError(SECRET), INTERNAL],
    ['a GraphQLError that is internal by its code', coded('INTERNAL_SERVER_ERROR', SECRET), INTERNAL],
    ['a code of somebody else', coded('SQLITE_BUSY', SECRET), INTERNAL],
    ['a code that is no own property', coded('toString', SECRET), INTERNAL],
    ['a 500', new HttpException(SECRET, 500), INTERNAL],
    ['a 503', new HttpException(SECRET, 503), AWAY],
    ['a 500 for the client', Object.assign(new Error(SECRET), { status: 500, expose: true }), INTERNAL],
    ['a text', SECRET, INTERNAL],
    ['nothing', undefined, INTERNAL],
    ['a full disk', Object.assign(new Error(SECRET), { code: 'ENOSPC' }), AWAY],
    ['a missing file', Object.assign(new Error(SECRET), { code: 'ENOENT' }), INTERNAL],
  ])('hides %s, and keeps it for the log', (_, error: unknown, told) => {
    const { hidden, ...shown } = faultOf(error);
    expect(shown).toEqual(told);
    expect(hidden).toBeInstanceOf(Error);
    expect(hidden?.message).toContain(error === undefined ? 'undefined' : SECRET);
    expect(JSON.stringify(formatFault(error))).not.toMatch(/SELECT|hunter2|duckdb|\.ts/);
  });
});

function coded(code: string, message = 'Said.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

describe('statusOf', () => {
  it('is that of the worst', () => {
    const errors = [badUserInput('a'), fault('UNAVAILABLE', 'b'), fault('FORBIDDEN', 'c')].map((e) =>
      formatFault(e),
    );
    expect(statusOf(errors)).toBe(503);
    expect(statusOf(errors.slice(0, 1))).toBe(400);
    expect(statusOf([])).toBeUndefined();
    expect(statusOf()).toBeUndefined();
  });
});

describe('an answer with errors', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());
  beforeEach(() => server.logged());

  async function post(query: string, variables?: object, id = 'request-0001') {
    const headers = { 'Content-Type': 'application/json', 'X-Request-Id': id };
    const res = await fetch(server.url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const text = await res.text();
    return { res, text, body: parseAnswer(text) };
  }

  it('hides what was thrown, names the request, and logs it once', async () => {
    const { res, text, body } = await post('{ fails(kind: "secret") again: fails(kind: "secret") }');
    expect(res.status).toBe(500);
    expect(text).not.toMatch(/SELECT|hunter2|duckdb|stack|at /);
    expect(body.errors).toHaveLength(2);
    expect(body.errors[0]).toEqual({
      message: 'Internal server error.',
      path: ['fails'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-0001' },
    });
    const lines = server.logged().filter((line) => JSON.stringify(line).includes('hunter2'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ requestId: 'request-0001', userId: 'anna', err: { message: SECRET } });
  });

  it.each(['text', 'unknown'])('hides what is thrown and is no error (%s)', async (kind) => {
    const { res, text } = await post(`{ fails(kind: "${kind}") }`);
    expect(res.status).toBe(500);
    expect(text).not.toMatch(/SELECT|hunter2/);
  });

  it.each(['database', 'images', 'full'])('says 503 where a part is away (%s)', async (kind) => {
    const { res, text, body } = await post(`{ fails(kind: "${kind}") }`);
    expect(res.status).toBe(503);
    expect(body.errors[0]).toMatchObject({ message: AWAY.message, extensions: { code: 'UNAVAILABLE' } });
    expect(text).not.toMatch(/SELECT|hunter2/);
    expect(server.logged().filter((line) => JSON.stringify(line).includes('hunter2'))).toHaveLength(1);
  });

  it('has the status of the worst error and keeps the data of the rest', async () => {
    const { res, body } = await post('{ a: fails(kind: "input") b: fails(kind: "forbidden") half(of: 3) }');
    expect(res.status).toBe(403);
    expect(body.data).toEqual({ a: null, b: null, half: 1.5 });
    expect(body.errors.map(({ message, extensions }) => [message, extensions])).toEqual([
      ['first must be from 1 to 200.', { code: 'BAD_USER_INPUT', requestId: 'request-0001' }],
      ['Not for you.', { code: 'FORBIDDEN', requestId: 'request-0001' }],
    ]);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('says when to come again', async () => {
    const { res } = await post('{ fails(kind: "busy") }');
    expect([res.status, res.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it.each([
    ['a document that is none', '{', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['a literal of another kind', '{ echoTime(at: "soon") }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable of another kind', 'query ($n: Int!) { half(of: $n) }', { n: 'x' }, 'BAD_USER_INPUT'],
    ['a variable that is missing', 'query ($n: Int!) { half(of: $n) }', {}, 'BAD_USER_INPUT'],
    [
      'null for an argument that takes none',
      'query ($n: Int = 1) { half(of: $n) }',
      { n: null },
      'BAD_USER_INPUT',
    ],
    [
      'a time without offset',
      'query ($t: DateTime!) { echoTime(at: $t) }',
      { t: '2024-05-01T00:00:00' },
      'BAD_USER_INPUT',
    ],
    ['an operation not chosen', 'query A { half } query B { half }', undefined, 'BAD_USER_INPUT'],
    ['a subscription', 'subscription { changed { ids } }', undefined, 'BAD_USER_INPUT'],
    ['no query', '', undefined, 'BAD_USER_INPUT'],
  ])('has a code and the request for %s', async (_, query, variables, code) => {
    const { res, body } = await post(query, variables);
    expect(res.status).toBe(400);
    for (const { extensions } of body.errors) expect(extensions).toEqual({ code, requestId: 'request-0001' });
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('does not take persisted queries', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const res = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify({ extensions }) });
    expect(res.status).toBe(400);
    expect(await res.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
