import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { Client } from './client.ts';
import { createTestDatabase } from './postgres/test-database.ts';
import { assertion, AUDIENCE, ISSUER, KeyServer, type SigningKey, signingKey } from './key-server.ts';

export { Client, type GraphqlResponse, sha256, type TestFile } from './client.ts';

export const HEADER = 'x-goog-iap-jwt-assertion';

/** The complete service, listening on a free loopback port, with a data folder for this test. */
export class TestApp {
  readonly url: string;

  constructor(
    readonly nest: INestApplication,
    readonly dataDir: string,
    private readonly keys: { server: KeyServer; key: SigningKey; issuer: string } | null,
    private readonly keepData: boolean,
    /** The PostgreSQL database; null if the database is a file in the data folder. */
    readonly databaseUrl: string | null,
  ) {
    this.url = `http://127.0.0.1:${(nest.getHttpServer().address() as AddressInfo).port}`;
  }

  /** A client of the local user of AUTH_MODE=dev. */
  get client(): Client {
    return new Client(this.url, {});
  }

  /**
   * Creates a client whose requests carry the proxy's assertion for a user. `claims` replaces claims of the
   * assertion.
   *
   * @throws Error if the app was not started with `proxy` or `iap`.
   */
  async user(name: string, claims: Record<string, unknown> = {}): Promise<Client> {
    if (!this.keys) throw new Error('user() requires startApp({ proxy: true }).');
    const token = await assertion(this.keys.key, {
      iss: this.keys.issuer,
      sub: `accounts.test:${name}`,
      email: `${name}@example.com`,
      ...claims,
    });
    return new Client(this.url, { [HEADER]: token });
  }

  async close(): Promise<void> {
    await this.nest.close();
    await this.keys?.server.stop();
    if (!this.keepData) await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** The PostgreSQL database of each data folder, so that a service that is started again finds its rows. */
const databases = new Map<string, string>();

/** In the specs that run on PostgreSQL: a database of its own for each data folder. */
async function databaseOf(dataDir: string): Promise<Record<string, string>> {
  if (process.env['TEST_DATABASE'] !== 'postgres') return {};
  const url = databases.get(dataDir) ?? (await createTestDatabase());
  databases.set(dataDir, url);
  return { DATABASE_URL: url };
}

/**
 * Gives the next start with this data folder an empty database. Returns false if the database is a file in the folder, which
 * the caller has to delete instead.
 */
export function forgetDatabase(dataDir: string): boolean {
  return databases.delete(dataDir);
}

export interface StartOptions {
  /** Authenticate users by the assertions of a proxy (AUTH_MODE=proxy) instead of using the one local user. */
  proxy?: boolean;
  /**
   * The same with AUTH_MODE=iap: Google's issuer and header, but the assertions are signed by a key of the test.
   */
  iap?: boolean;
  env?: Record<string, string>;
  /** An existing data folder to use. It is not deleted on close. Default: a new temporary folder. */
  dataDir?: string;
  /** A folder to serve the web app from instead of the output of `npm run build`. */
  builtDir?: string;
}

/** Starts the service. The caller closes it. `env` overrides the variables that tests use by default. */
export async function startApp(options: StartOptions = {}): Promise<TestApp> {
  const { proxy = false, iap = false, env = {}, dataDir } = options;
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'imgstream-')));
  const key = proxy || iap ? await signingKey('test') : null;
  const server = key && (await KeyServer.start(key));
  const proxied = server && {
    AUTH_MODE: 'proxy',
    AUTH_HEADER: HEADER,
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_URL: server.url,
  };
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    HOST: '127.0.0.1',
    DATA_DIR: folder,
    IMAGE_WORKERS: '2',
    RATE_LIMIT_PER_MINUTE: '0',
    ...(await databaseOf(folder)),
    ...(iap ? { AUTH_MODE: 'iap', AUTH_AUDIENCE: AUDIENCE } : proxied),
    ...env,
  });
  let { auth } = config;
  if (iap && server && auth.mode === 'proxy') auth = { ...auth, jwksUrl: server.url };
  const issuer = auth.mode === 'proxy' ? auth.issuer : '';
  const nest = await createApp({ ...config, auth, builtDir: options.builtDir ?? config.builtDir });
  await nest.listen(0, '127.0.0.1');
  const databaseUrl = config.database.engine === 'postgres' ? config.database.url : null;
  return new TestApp(
    nest,
    folder,
    key && server && { key, server, issuer },
    dataDir !== undefined,
    databaseUrl,
  );
}
