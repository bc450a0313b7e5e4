import { CHANGED, closeAll, greeted, refused } from '../testing/subscription-client.ts';
import { SECRET, publishChange, subscribed } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(closeAll);

describe('a subscription', () => {
  it("brings a person's own events, and nobody else's", async () => {
    const [anna, bert] = [await greeted('anna', server), await greeted('bert', server)];
    anna.subscribe(CHANGED);
    bert.subscribe(CHANGED);
    await Promise.all([subscribed('anna'), subscribed('bert')]);
    await publishChange('anna', ['a1']);
    expect(await anna.heard()).toEqual({
      type: 'next',
      id: '1',
      payload: { data: { changed: { ids: ['a1'] } } },
    });
    expect(await bert.heard(100)).toBeUndefined();
    anna.say({ type: 'complete', id: '1' });
    await subscribed('anna', 0);
    await publishChange('anna', ['a2']);
    await publishChange('bert', ['b1']);
    expect(await bert.heard()).toMatchObject({ payload: { data: { changed: { ids: ['b1'] } } } });
    expect(await anna.heard(100)).toBeUndefined();
  });

  it('hides what was thrown, and logs it once with its request', async () => {
    const anna = await greeted('anna', server);
    anna.subscribe('subscription { changedBadly { ids } }');
    await subscribed('anna');
    server.logged();
    await publishChange('anna', ['a1']);
    const message = await anna.heard();
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
    ['a document that is none', '{', undefined, 'GRAPHQL_PARSE_FAILED', /^Syntax Error/],
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
      'a cost beyond the bound',
      `subscription ($n: Int!) { pages(first: $n) { nodes ${'{ list '.repeat(3)} { id } ${'} '.repeat(3)} } }`,
      { n: 200 },
      'GRAPHQL_VALIDATION_FAILED',
      /of which 50000 are allowed/,
    ],
    [
      'a variable of another kind',
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
  ])('is refused with %s', async (_, query, variables, code, message) => {
    const anna = await greeted('anna', server);
    anna.subscribe(query, variables);
    expect(await anna.heard()).toEqual(refused(code, expect.stringMatching(message)));
    expect(await anna.heard(30)).toBeUndefined();
  });
});
