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
  errorMessage,
  openConnection,
  rejectedUpgrade,
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
    ['without an identity', 401, 'UNAUTHENTICATED', '/graphql', {}],
    [
      'from a page of another origin',
      403,
      'FORBIDDEN',
      '/graphql',
      { 'X-Test-User': 'anna', Origin: 'https://evil.example' },
    ],
    [
      'from a page with an opaque origin',
      403,
      'FORBIDDEN',
      '/graphql',
      { 'X-Test-User': 'anna', Origin: 'null' },
    ],
    ['at another path', 404, 'BAD_USER_INPUT', '/graphql/other', { 'X-Test-User': 'anna' }],
    ['at a path with the same prefix', 404, 'BAD_USER_INPUT', '/graphqlx', { 'X-Test-User': 'anna' }],
  ])('%s is rejected before the handshake', async (_, status, code, path, headers) => {
    const [actualStatus, body] = await rejectedUpgrade(server, path, headers);
    expect(actualStatus).toBe(status);
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

  it('that is rejected is recorded in the audit log', async () => {
    server.logged();
    await rejectedUpgrade(server, '/graphql', {});
    await rejectedUpgrade(server, '/graphql', { 'X-Test-User': 'anna', Origin: 'https://evil.example' });
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

  it('from a page of this origin is accepted', async () => {
    const client = await connect('anna', server, { Origin: new URL(server.url).origin }).opened();
    client.send({ type: 'connection_init' });
    expect(await client.receive()).toEqual({ type: 'connection_ack' });
  });

  it('to HTTP/2 is ignored, and the request gets a normal response', async () => {
    const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' };
    const req = request(`${server.url}?query={half}`, {
      headers: { ...headers, 'Apollo-Require-Preflight': '1' },
    });
    req.end();
    const [res] = await once(req, 'response');
    expect(await json(res)).toEqual({ data: { half: 0.5 } });
  });

  it('to another subprotocol closes the connection immediately', async () => {
    const other = connect('anna', server, {}, 'graphql-ws');
    expect((await other.closed)[0]).toBeGreaterThanOrEqual(1006);
  });
});

describe('a connection', () => {
  it.each<[string, number, (client: Client) => void]>([
    ['a subscription before connection_init', 4401, (client) => client.subscribe(CHANGED)],
    ['an unknown message type', 4400, (client) => client.send('{"type": "nope"}')],
    ['a message that is not JSON', 4400, (client) => client.send('nope')],
    ['a message that is too long', 1009, (client) => client.send(`"${'x'.repeat(64 * 1024)}"`)],
  ])('is closed after %s', async (_, code, sendMessage) => {
    const client = await connect('anna', server).opened();
    sendMessage(client);
    expect((await client.closed)[0]).toBe(code);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('may have at most 20 subscriptions', async () => {
    const anna = await openConnection('anna', server);
    for (let n = 0; n < 20; n += 1) anna.subscribe(CHANGED, {}, `s${n}`);
    anna.subscribe(CHANGED);
    expect(await anna.receive()).toEqual(
      errorMessage('BAD_USER_INPUT', 'A connection may have at most 20 subscriptions.'),
    );
    anna.send({ type: 'complete', id: 's0' });
    anna.subscribe(CHANGED);
    expect(await anna.receive(50)).toBeUndefined();
  });

  it('is rejected while its user has 20 others', async () => {
    const connections = [];
    for (let n = 0; n < 20; n += 1) connections.push(await connect('carla', server).opened());
    expect((await rejectedUpgrade(server, '/graphql', { 'X-Test-User': 'carla' }))[0]).toBe(429);
    await openConnection('bert', server);
    await connections[0]?.close();
    // The service detects the closed connection a moment later.
    const isAccepted = () =>
      openConnection('carla', server).then(
        () => true,
        () => false,
      );
    while (!(await isAccepted())) await sleep(10);
  });
});

describe('limits', () => {
  let own: TestServer;
  afterEach(() => own.close());

  it('apply to the number of operations per user', async () => {
    own = await startTestServer({ config: { rateLimitPerMinute: 3 } });
    const anna = await openConnection('anna', own);
    for (const id of ['a', 'b', 'c']) anna.subscribe(CHANGED, {}, id);
    anna.subscribe(CHANGED);
    expect(await anna.receive()).toEqual(
      errorMessage('RATE_LIMITED', expect.stringMatching(/^Too many requests. Try again in \d+ seconds?\.$/)),
    );
  });

  it('close connections that do not send connection_init in time', async () => {
    own = await startTestServer({ sockets: { initMs: 100 } });
    const client = await connect('anna', own).opened();
    expect((await client.closed)[0]).toBe(4408);
  });

  it('close connections after their maximum lifetime, so that clients are verified again', async () => {
    own = await startTestServer({ sockets: { maxLifetimeMs: 1_000 } });
    const anna = await openConnection('anna', own);
    expect(await anna.closed).toEqual([1001, 'Connection expired. Reconnect.']);
  });

  it('close only connections that do not respond to pings', async () => {
    own = await startTestServer({ sockets: { pingMs: 1_500 } });
    const [anna, bert] = [await openConnection('anna', own), await openConnection('bert', own)];
    anna.stopReading();
    while ((await connections(own)) > 1) await sleep(10);
    bert.subscribe(CHANGED);
    await sleep(4_000);
    await publishChange('bert', ['b1']);
    expect(await bert.receive()).toMatchObject({ type: 'next' });
  });

  it('close connections that do not read their messages', async () => {
    own = await startTestServer({ sockets: { unreadBytes: 100_000 } });
    const anna = await openConnection('anna', own);
    anna.stopReading();
    const payload = { text: 'x'.repeat(60_000) };
    for (let n = 0; n < 500; n += 1) anna.send({ type: 'ping', payload });
    while ((await connections(own)) > 0) await sleep(10);
  });

  it('close all connections quickly when the service stops', async () => {
    own = await startTestServer();
    const [anna, bert] = [await openConnection('anna', own), await openConnection('bert', own)];
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
