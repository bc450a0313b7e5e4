import { BadRequestException, HttpException, UnauthorizedException } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { faultOf, formatFault, statusOf } from './faults.ts';
import { SECRET } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';
import { badUserInput, fault } from '../types/errors.ts';

interface GraphqlResponse {
  data?: unknown;
  errors: Record<string, unknown>[];
}

const parseResponse: (text: string) => GraphqlResponse = JSON.parse;

const INTERNAL = { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error.' };
const UNAVAILABLE = {
  code: 'UNAVAILABLE',
  message: 'The service is temporarily unavailable. Try again in a moment.',
};

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
      'an error whose message is for the client',
      httpError(413, true),
      { code: 'PAYLOAD_TOO_LARGE', message: 'From the library.' },
    ],
    [
      'a client error whose message is not for the client',
      httpError(400, false),
      { code: 'BAD_USER_INPUT', message: 'Bad request.' },
    ],
    [
      'an unknown operation',
      coded('OPERATION_RESOLUTION_FAILURE'),
      { code: 'BAD_USER_INPUT', message: 'Message.' },
    ],
    ['a bad request', coded('BAD_REQUEST'), { code: 'BAD_USER_INPUT', message: 'Message.' }],
  ])('returns the code and message of %s', (_, error, expected) => {
    expect(faultOf(error)).toEqual(expected);
  });

  it.each([
    ['an error', new Error(SECRET), INTERNAL],
    [
      'an error within a GraphQLError',
      new GraphQLError(SECRET, { originalError: new Error(SECRET) }),
      INTERNAL,
    ],
    ['a GraphQLError without a code', new GraphQLError(SECRET), INTERNAL],
    ['a GraphQLError with an internal code', coded('INTERNAL_SERVER_ERROR', SECRET), INTERNAL],
    ['a code of another library', coded('SQLITE_BUSY', SECRET), INTERNAL],
    ['a code that is an inherited property', coded('toString', SECRET), INTERNAL],
    ['a 500', new HttpException(SECRET, 500), INTERNAL],
    ['a 503', new HttpException(SECRET, 503), UNAVAILABLE],
    [
      'a 500 whose message is for the client',
      Object.assign(new Error(SECRET), { status: 500, expose: true }),
      INTERNAL,
    ],
    ['a thrown string', SECRET, INTERNAL],
    ['a thrown undefined', undefined, INTERNAL],
    ['a full disk', Object.assign(new Error(SECRET), { code: 'ENOSPC' }), UNAVAILABLE],
    ['a missing file', Object.assign(new Error(SECRET), { code: 'ENOENT' }), INTERNAL],
  ])('hides %s from the client and returns it for the log', (_, error: unknown, expected) => {
    const { hidden, ...shown } = faultOf(error);
    expect(shown).toEqual(expected);
    expect(hidden).toBeInstanceOf(Error);
    expect(hidden?.message).toContain(error === undefined ? 'undefined' : SECRET);
    expect(JSON.stringify(formatFault(error))).not.toMatch(/SELECT|hunter2|duckdb|\.ts/);
  });
});

function coded(code: string, message = 'Message.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

describe('statusOf', () => {
  it('returns the highest status of the errors', () => {
    const errors = [badUserInput('a'), fault('UNAVAILABLE', 'b'), fault('FORBIDDEN', 'c')].map((e) =>
      formatFault(e),
    );
    expect(statusOf(errors)).toBe(503);
    expect(statusOf(errors.slice(0, 1))).toBe(400);
    expect(statusOf([])).toBeUndefined();
    expect(statusOf()).toBeUndefined();
  });
});

describe('a response with errors', () => {
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
    return { res, text, body: parseResponse(text) };
  }

  it('hides the thrown error, contains the request ID, and logs the error once', async () => {
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

  it.each(['text', 'unknown'])('hides a thrown value that is not an Error (%s)', async (kind) => {
    const { res, text } = await post(`{ fails(kind: "${kind}") }`);
    expect(res.status).toBe(500);
    expect(text).not.toMatch(/SELECT|hunter2/);
  });

  it.each(['database', 'images', 'full'])(
    'has status 503 if a dependency is unavailable (%s)',
    async (kind) => {
      const { res, text, body } = await post(`{ fails(kind: "${kind}") }`);
      expect(res.status).toBe(503);
      expect(body.errors[0]).toMatchObject({
        message: UNAVAILABLE.message,
        extensions: { code: 'UNAVAILABLE' },
      });
      expect(text).not.toMatch(/SELECT|hunter2/);
      expect(server.logged().filter((line) => JSON.stringify(line).includes('hunter2'))).toHaveLength(1);
    },
  );

  it('has the highest status of its errors and contains the data of the other fields', async () => {
    const { res, body } = await post('{ a: fails(kind: "input") b: fails(kind: "forbidden") half(of: 3) }');
    expect(res.status).toBe(403);
    expect(body.data).toEqual({ a: null, b: null, half: 1.5 });
    expect(body.errors.map(({ message, extensions }) => [message, extensions])).toEqual([
      ['first must be from 1 to 200.', { code: 'BAD_USER_INPUT', requestId: 'request-0001' }],
      ['Not for you.', { code: 'FORBIDDEN', requestId: 'request-0001' }],
    ]);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('has a Retry-After header if the fault specifies it', async () => {
    const { res } = await post('{ fails(kind: "busy") }');
    expect([res.status, res.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it.each([
    ['a malformed document', '{', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['a literal of the wrong type', '{ echoTime(at: "soon") }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable of the wrong type', 'query ($n: Int!) { half(of: $n) }', { n: 'x' }, 'BAD_USER_INPUT'],
    ['a missing variable', 'query ($n: Int!) { half(of: $n) }', {}, 'BAD_USER_INPUT'],
    ['null for a non-null argument', 'query ($n: Int = 1) { half(of: $n) }', { n: null }, 'BAD_USER_INPUT'],
    [
      'a time without offset',
      'query ($t: DateTime!) { echoTime(at: $t) }',
      { t: '2024-05-01T00:00:00' },
      'BAD_USER_INPUT',
    ],
    ['a missing operation name', 'query A { half } query B { half }', undefined, 'BAD_USER_INPUT'],
    ['a subscription', 'subscription { changed { ids } }', undefined, 'BAD_USER_INPUT'],
    ['no query', '', undefined, 'BAD_USER_INPUT'],
  ])('has a code and the request ID for %s', async (_, query, variables, code) => {
    const { res, body } = await post(query, variables);
    expect(res.status).toBe(400);
    for (const { extensions } of body.errors) expect(extensions).toEqual({ code, requestId: 'request-0001' });
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('rejects automatic persisted queries', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const res = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify({ extensions }) });
    expect(res.status).toBe(400);
    expect(await res.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
