import { once } from 'node:events';
import { type Server, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CHANGED,
  type Client,
  closeAll,
  connect,
  greeted,
  refusal,
  refused,
} from '../testing/subscription-client.ts';
import { publishChange } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(closeAll);

describe('an upgrade', () => {
  it.each<[string, number, string, string, Record<string, string>]>([
    ['without identity', 401, 'UNAUTHENTICATED', '/graphql', {}],
    [
      'from a page elsewhere',
      403,
      'FORBIDDEN',
      '/graphql',
      { 'X-Test-User': 'anna', Origin: 'https://evil.example' },
    ],
    ['from a page of no origin', 403, 'FORBIDDEN', '/graphql', { 'X-Test-User': 'anna', Origin: 'null' }],
    ['of another path', 404, 'BAD_USER_INPUT', '/graphql/other', { 'X-Test-User': 'anna' }],
    ['of a path like it', 404, 'BAD_USER_INPUT', '/graphqlx', { 'X-Test-User': 'anna' }],
  ])('%s is refused before the handshake', async (_, status, code, path, headers) => {
    const [answered, body] = await refusal(server, path, headers);
    expect(answered).toBe(status);
    expect(body).toEqual({
      errors: [
        {
          message: expect.any(String),
          extensions: { code, requestId: expect.stringMatching(/^[\w-]{36}$/) },
        },
      ],
    });
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('that is refused is in the audit log', async () => {
    server.logged();
    await refusal(server, '/graphql', {});
    await refusal(server, '/graphql', { 'X-Test-User': 'anna', Origin: 'https://evil.example' });
    expect(server.logged().filter(({ audit }) => audit)).toEqual([
      expect.objectContaining({
        action: 'sign-in',
        outcome: 'refused',
        reason: 'no-assertion',
        transport: 'websocket',
      }),
      expect.objectContaining({
        action: 'cross-origin',
        outcome: 'refused',
        reason: 'foreign-origin',
        userId: 'anna',
      }),
    ]);
  });

  it('from a page of this origin is taken', async () => {
    const client = await connect('anna', server, { Origin: new URL(server.url).origin }).opened();
    client.say({ type: 'connection_init' });
    expect(await client.heard()).toEqual({ type: 'connection_ack' });
  });

  it('to HTTP/2 is left aside, and the request answered', async () => {
    const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' };
    const req = request(`${server.url}?query={half}`, {
      headers: { ...headers, 'Apollo-Require-Preflight': '1' },
    });
    req.end();
    const [res] = await once(req, 'response');
    expect(await json(res)).toEqual({ data: { half: 0.5 } });
  });

  it('to another protocol ends at once', async () => {
    const other = connect('anna', server, {}, 'graphql-ws');
    expect((await other.closed)[0]).toBeGreaterThanOrEqual(1006);
  });
});

describe('a connection', () => {
  it.each<[string, number, (client: Client) => void]>([
    ['before it said who it is', 4401, (client) => client.subscribe(CHANGED)],
    ['with what is no message', 4400, (client) => client.say('{"type": "nope"}')],
    ['with what is no JSON', 4400, (client) => client.say('nope')],
    ['with a message that is too long', 1009, (client) => client.say(`"${'x'.repeat(64 * 1024)}"`)],
  ])('ends that speaks %s', async (_, code, speak) => {
    const client = await connect('anna', server).opened();
    speak(client);
    expect((await client.closed)[0]).toBe(code);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('may have so many subscriptions', async () => {
    const anna = await greeted('anna', server);
    for (let n = 0; n < 20; n += 1) anna.subscribe(CHANGED, {}, `s${n}`);
    anna.subscribe(CHANGED);
    expect(await anna.heard()).toEqual(
      refused('BAD_USER_INPUT', 'A connection may have at most 20 subscriptions.'),
    );
    anna.say({ type: 'complete', id: 's0' });
    anna.subscribe(CHANGED);
    expect(await anna.heard(50)).toBeUndefined();
  });

  it('is one of so many of its person, and ends make room', async () => {
    const connections = [];
    for (let n = 0; n < 20; n += 1) connections.push(await connect('carla', server).opened());
    expect((await refusal(server, '/graphql', { 'X-Test-User': 'carla' }))[0]).toBe(429);
    await greeted('bert', server);
    await connections[0]?.close();
    // The service hears of it a moment later.
    const isRoom = () =>
      greeted('carla', server).then(
        () => true,
        () => false,
      );
    while (!(await isRoom())) await sleep(10);
  });
});

describe('limits of time and number', () => {
  let own: TestServer;
  afterEach(() => own.close());

  it('count the operations of a person', async () => {
    own = await startTestServer({ config: { rateLimitPerMinute: 3 } });
    const anna = await greeted('anna', own);
    for (const id of ['a', 'b', 'c']) anna.subscribe(CHANGED, {}, id);
    anna.subscribe(CHANGED);
    expect(await anna.heard()).toEqual(
      refused('RATE_LIMITED', expect.stringMatching(/^Too many requests. Try again in \d+ s.$/)),
    );
  });

  it('end who says nothing', async () => {
    own = await startTestServer({ sockets: { initMs: 100 } });
    const client = await connect('anna', own).opened();
    expect((await client.closed)[0]).toBe(4408);
  });

  it('end who was verified long ago, so that they come again', async () => {
    own = await startTestServer({ sockets: { lifeMs: 1_000 } });
    const anna = await greeted('anna', own);
    expect(await anna.closed).toEqual([1001, 'Connect again to be verified again.']);
  });

  it('end who does not answer, and nobody who does', async () => {
    own = await startTestServer({ sockets: { pingMs: 1_500 } });
    const [anna, bert] = [await greeted('anna', own), await greeted('bert', own)];
    anna.stopReading();
    while ((await connections(own)) > 1) await sleep(10);
    bert.subscribe(CHANGED);
    await sleep(4_000);
    await publishChange('bert', ['b1']);
    expect(await bert.heard()).toMatchObject({ type: 'next' });
  });

  it('end who asks for more than they read', async () => {
    own = await startTestServer({ sockets: { unreadBytes: 100_000 } });
    const anna = await greeted('anna', own);
    anna.stopReading();
    const payload = { text: 'x'.repeat(60_000) };
    for (let n = 0; n < 500; n += 1) anna.say({ type: 'ping', payload });
    while ((await connections(own)) > 0) await sleep(10);
  });

  it('end who is connected when the service stops, quickly', async () => {
    own = await startTestServer();
    const [anna, bert] = [await greeted('anna', own), await greeted('bert', own)];
    anna.subscribe(CHANGED);
    bert.stopReading();
    await sleep(50);
    await own.close();
    expect(await anna.closed).toEqual([1001, 'The service is stopping.']);
    own = await startTestServer();
  });
});

function connections({ app }: TestServer): Promise<number> {
  const server: Server = app.getHttpServer();
  return promisify(server.getConnections.bind(server))();
}
