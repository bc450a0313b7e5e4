import { CHANGED, closeAll, errorMessage, openConnection } from '../testing/subscription-client.ts';
import { SECRET, publishChange, waitForSubscriptions } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(closeAll);

describe('a subscription', () => {
  it("delivers the user's own events and no events of other users", async () => {
    const [anna, bert] = [await openConnection('anna', server), await openConnection('bert', server)];
    anna.subscribe(CHANGED);
    bert.subscribe(CHANGED);
    await Promise.all([waitForSubscriptions('anna'), waitForSubscriptions('bert')]);
    await publishChange('anna', ['a1']);
    expect(await anna.receive()).toEqual({
      type: 'next',
      id: '1',
      payload: { data: { changed: { ids: ['a1'] } } },
    });
    expect(await bert.receive(100)).toBeUndefined();
    anna.send({ type: 'complete', id: '1' });
    await waitForSubscriptions('anna', 0);
    await publishChange('anna', ['a2']);
    await publishChange('bert', ['b1']);
    expect(await bert.receive()).toMatchObject({ payload: { data: { changed: { ids: ['b1'] } } } });
    expect(await anna.receive(100)).toBeUndefined();
  });

  it('hides a thrown error from the client and logs it once with its request', async () => {
    const anna = await openConnection('anna', server);
    anna.subscribe('subscription { changedBadly { ids } }');
    await waitForSubscriptions('anna');
    server.logged();
    await publishChange('anna', ['a1']);
    const message = await anna.receive();
    expect(message).toMatchObject({
      type: 'next',
      payload: {
        errors: [
          {
            message: 'Internal server error.',
            path: ['changedBadly'],
            extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[\w-]{36}$/) },
          },
        ],
      },
    });
    expect(JSON.stringify(message)).not.toMatch(/SELECT|hunter2|stack/);
    const lines = server.logged().filter((line) => JSON.stringify(line).includes('hunter2'));
    expect(lines).toEqual([
      expect.objectContaining({ userId: 'anna', err: expect.objectContaining({ message: SECRET }) }),
    ]);
  });

  it.each<[string, string, object | undefined, string, RegExp]>([
    ['a malformed document', '{', undefined, 'GRAPHQL_PARSE_FAILED', /^Syntax Error/],
    [
      'too many tokens',
      `subscription { changed { ${'ids '.repeat(2_000)} } }`,
      undefined,
      'GRAPHQL_PARSE_FAILED',
      /2000 tokens/,
    ],
    [
      'an unknown field',
      'subscription { nope }',
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
      /Cannot query field "nope"/,
    ],
    [
      'two fields',
      'subscription { changed { ids } changedBadly { ids } }',
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
      /only one top level field/,
    ],
    [
      'too much depth',
      `subscription { pages(first: 1) { nodes ${'{ inner '.repeat(9)} { id } ${'} '.repeat(10)} }`,
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
      /depth limit of 10/,
    ],
    [
      'too many aliases',
      `subscription { changed { ${Array.from({ length: 31 }, (_, n) => `a${n}: ids`).join(' ')} } }`,
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
      /Aliases limit/,
    ],
    [
      'a cost above the limit',
      `subscription ($n: Int!) { pages(first: $n) { nodes ${'{ list '.repeat(3)} { id } ${'} '.repeat(3)} } }`,
      { n: 200 },
      'GRAPHQL_VALIDATION_FAILED',
      /the maximum is 50000/,
    ],
    [
      'a variable of the wrong type',
      'subscription ($n: Int!) { pages(first: $n) { totalCount } }',
      { n: 'x' },
      'BAD_USER_INPUT',
      /got invalid value "x"/,
    ],
    ['a query', '{ half }', undefined, 'BAD_USER_INPUT', /Only subscriptions/],
    [
      'a mutation',
      'mutation { change(ids: ["1"]) { id } }',
      undefined,
      'BAD_USER_INPUT',
      /Only subscriptions/,
    ],
    ['introspection', '{ __schema { types { name } } }', undefined, 'BAD_USER_INPUT', /Only subscriptions/],
  ])('is rejected for %s', async (_, query, variables, code, message) => {
    const anna = await openConnection('anna', server);
    anna.subscribe(query, variables);
    expect(await anna.receive()).toEqual(errorMessage(code, expect.stringMatching(message)));
    expect(await anna.receive(30)).toBeUndefined();
  });
});
