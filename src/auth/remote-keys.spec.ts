import { Logger } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import { KeyServer, type SigningKey, assertion, signingKey } from '../../test/support/key-server.ts';
import { IdentityUnavailableError } from './authenticator.ts';
import { RemoteKeys, type RemoteKeysLimits } from './remote-keys.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let first: SigningKey;
let second: SigningKey;
let server: KeyServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  [first, second] = await Promise.all([signingKey('first'), signingKey('second')]);
});
beforeEach(async () => {
  server = await KeyServer.start(first);
});
afterEach(() => server.stop());

function open(limits: Partial<RemoteKeysLimits> = {}) {
  const keys = new RemoteKeys(new URL(server.url), limits);
  return async (key: SigningKey, header = {}) => jwtVerify(await assertion(key, {}, header), keys.resolve);
}

describe('RemoteKeys', () => {
  it('fetches the keys once for many requests, even if the first ones are concurrent', async () => {
    const verify = open();
    await Promise.all(Array.from({ length: 20 }, () => verify(first)));
    for (let i = 0; i < 20; i += 1) await verify(first);
    expect(server.fetches).toBe(1);
  });

  it('fetches a rotated key once, for all requests that wait for it', async () => {
    const verify = open();
    await verify(first);
    server.serve(second);
    await Promise.all(Array.from({ length: 20 }, () => verify(second)));
    expect(server.fetches).toBe(2);
    await expect(verify(first)).rejects.toThrow(errors.JWKSNoMatchingKey);
  });

  it('forgets a key that the key server no longer returns once the keys are stale', async () => {
    const verify = open({ freshMs: 50 });
    await verify(first);
    server.serve(second);
    await sleep(60);
    await expect(verify(first)).rejects.toThrow(errors.JWKSNoMatchingKey);
  });

  it('does not fetch the keys for each unknown key ID', async () => {
    const verify = open();
    await verify(first);
    for (let i = 0; i < 100; i += 1)
      await expect(verify(first, { kid: `made-up-${i}` })).rejects.toThrow(errors.JWKSNoMatchingKey);
    expect(server.fetches).toBe(2);
    await verify(first);
  });

  it('fetches the keys for an unknown key ID again after the pause', async () => {
    const verify = open({ pauseMs: 1_500 });
    await verify(first);
    await expect(verify(second)).rejects.toThrow(errors.JWKSNoMatchingKey);
    server.serve(first, second);
    await expect(verify(second)).rejects.toThrow(errors.JWKSNoMatchingKey);
    await sleep(1_600);
    await verify(second);
    expect(server.fetches).toBe(3);
  });

  it.each(['fail', 'hang', 'hang-in-body', 'garbage', 'huge'] as const)(
    'throws IdentityUnavailableError within the timeout if no keys have ever been fetched (%s)',
    async (mode) => {
      server.mode = mode;
      const verify = open({ timeoutMs: 500, retryMs: 50 });
      await expect(verify(first)).rejects.toThrow(IdentityUnavailableError);
      server.mode = 'serve';
      await verify(first);
    },
  );

  it.each(['fail', 'hang', 'hang-in-body', 'garbage', 'huge'] as const)(
    'uses the last fetched keys for a limited time if the key server fails (%s)',
    async (mode) => {
      const verify = open({ freshMs: 50, lastGoodMs: 2_000, timeoutMs: 100, retryMs: 50, pauseMs: 60_000 });
      await verify(first);
      server.mode = mode;
      await sleep(60);
      const { fetches } = server;
      for (let i = 0; i < 5; i += 1) await verify(first);
      // The first request detected that the server fails, and the following ones did not wait for it.
      expect(server.fetches).toBe(fetches + 1);
      await sleep(2_000);
      await expect(verify(first)).rejects.toThrow(IdentityUnavailableError);
    },
  );

  it('uses the last fetched keys if the key server is not running', async () => {
    const verify = open({ freshMs: 50 });
    await verify(first);
    await server.stop();
    await sleep(60);
    await verify(first);
  });

  it('does not query a failing key server for each request', async () => {
    const verify = open({ freshMs: 0, pauseMs: 60_000 });
    await verify(first);
    server.mode = 'fail';
    for (let i = 0; i < 50; i += 1) await verify(first);
    expect(server.fetches).toBe(2);

    server.fetches = 0;
    const never = open({ retryMs: 100 });
    const until = Date.now() + 450;
    while (Date.now() < until) await expect(never(first)).rejects.toThrow(IdentityUnavailableError);
    expect(server.fetches).toBeLessThanOrEqual(6);
  });

  it('fetches keys again after the key server has recovered', async () => {
    const verify = open({ freshMs: 50, pauseMs: 50, retryMs: 10 });
    await verify(first);
    server.mode = 'fail';
    await sleep(60);
    await verify(first);
    server.mode = 'serve';
    server.serve(second);
    await sleep(60);
    const isKnown = () =>
      verify(first).then(
        () => true,
        () => false,
      );
    while (await isKnown()) await sleep(20);
    await expect(verify(first)).rejects.toThrow(errors.JWKSNoMatchingKey);
  });
});
