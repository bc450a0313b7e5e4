import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { type Config, ConfigError, loadConfig, VARIABLES } from './config.ts';

const PROXY = {
  AUTH_MODE: 'proxy',
  AUTH_AUDIENCE: 'photos',
  AUTH_ISSUER: 'https://proxy.example',
  AUTH_HEADER: 'X-Assertion',
  AUTH_JWKS_URL: 'https://proxy.example/keys',
};
const IAP = { AUTH_MODE: 'iap', AUTH_AUDIENCE: '/projects/1/global/backendServices/2' };

/** Returns the faults of `variables`, or an empty list if they are valid. */
function faultsOf(variables: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

const namesOf = (faults: string[]) => faults.map((fault) => fault.slice(0, fault.indexOf(':')));

describe('loadConfig', () => {
  it('has defaults for a local server', () => {
    expect(loadConfig({})).toEqual({
      production: false,
      port: 8080,
      host: '127.0.0.1',
      dataDir: './data',
      storage: { engine: 'disk' },
      database: { engine: 'duckdb' },
      mediaDelivery: 'proxy',
      storageTimeoutSeconds: 45,
      auth: { mode: 'dev', email: 'dev@localhost.localdomain', allowAnyHost: false },
      signIn: { mode: 'dev', signInUrl: null, signOutUrl: null },
      trustedDocumentsOnly: false,
      builtDir: fileURLToPath(new URL('../../dist', import.meta.url)),
      rateLimitPerMinute: 600,
      maxFileBytes: 104_857_600,
      maxRequestBytes: Infinity,
      maxInflightBytes: 4_294_967_296,
      maxImagePixels: 256_000_000,
      storageQuotaBytes: 0,
      trashDays: 30,
      imageWorkers: Math.min(availableParallelism(), 64),
      workerMaxRssBytes: 1_610_612_736,
      recoverDatabase: false,
      logLevel: 'info',
    } satisfies Config);
  });

  it('treats an empty variable as not set', () => {
    expect(loadConfig(Object.fromEntries(VARIABLES.map((name) => [name, ''])))).toEqual(loadConfig({}));
  });

  it('reads each variable', () => {
    const config = loadConfig({
      ...PROXY,
      NODE_ENV: 'production',
      PORT: '0',
      HOST: '10.0.0.1',
      DATA_DIR: '/srv/photos',
      AUTH_SIGN_OUT_URL: '/oauth2/sign_out',
      TRUSTED_DOCUMENTS_ONLY: 'true',
      STORAGE_URL: 'gs://photos-1.example',
      MEDIA_DELIVERY: 'signed',
      STORAGE_TIMEOUT_SECONDS: '7',
      RATE_LIMIT_PER_MINUTE: '0',
      DATABASE_URL: 'postgres://ann:secret@db.example:5433/photos',
      DATABASE_MIGRATION_URL: 'postgres://admin@db.example/photos',
      DATABASE_POOL_SIZE: '7',
      MAX_FILE_BYTES: '1',
      MAX_REQUEST_BYTES: '8',
      MAX_INFLIGHT_BYTES: '2',
      MAX_IMAGE_PIXELS: '3',
      STORAGE_QUOTA_BYTES: '4',
      TRASH_DAYS: '5',
      IMAGE_WORKERS: '6',
      WORKER_MAX_RSS: '134217728',
      RECOVER_DATABASE: 'true',
      LOG_LEVEL: 'silent',
    });
    expect(config).toEqual({
      production: true,
      port: 0,
      host: '10.0.0.1',
      dataDir: '/srv/photos',
      storage: { engine: 'gcs', bucket: 'photos-1.example' },
      database: {
        engine: 'postgres',
        url: 'postgres://ann:secret@db.example:5433/photos',
        migrationUrl: 'postgres://admin@db.example/photos',
        poolSize: 7,
      },
      mediaDelivery: 'signed',
      storageTimeoutSeconds: 7,
      auth: {
        mode: 'proxy',
        header: 'x-assertion',
        issuer: 'https://proxy.example',
        audience: 'photos',
        jwksUrl: 'https://proxy.example/keys',
      },
      signIn: { mode: 'proxy', signInUrl: '/?sign-in', signOutUrl: '/oauth2/sign_out' },
      trustedDocumentsOnly: true,
      builtDir: expect.any(String),
      rateLimitPerMinute: 0,
      maxFileBytes: 1,
      maxRequestBytes: 8,
      maxInflightBytes: 2,
      maxImagePixels: 3,
      storageQuotaBytes: 4,
      trashDays: 5,
      imageWorkers: 6,
      workerMaxRssBytes: 134_217_728,
      recoverDatabase: true,
      logLevel: 'silent',
    });
  });

  it("uses the values of Google's proxy and listens on all addresses if AUTH_MODE=iap", () => {
    expect(loadConfig(IAP)).toMatchObject({
      host: '0.0.0.0',
      auth: {
        mode: 'proxy',
        header: 'x-goog-iap-jwt-assertion',
        issuer: 'https://cloud.google.com/iap',
        audience: '/projects/1/global/backendServices/2',
        jwksUrl: 'https://www.gstatic.com/iap/verify/public_key-jwk',
      },
    });
  });

  it('determines the URLs for signing in and out', () => {
    expect(loadConfig(IAP).signIn).toEqual({
      mode: 'iap',
      signInUrl: '/?gcp-iap-mode=DO_SESSION_REFRESH',
      signOutUrl: '/?gcp-iap-mode=CLEAR_LOGIN_COOKIE',
    });
    expect(loadConfig({ ...IAP, AUTH_SIGN_OUT_URL: 'https://out.example/' }).signIn.signOutUrl).toBe(
      'https://out.example/',
    );
    expect(loadConfig(PROXY).signIn.signOutUrl).toBeNull();
    expect(loadConfig({ AUTH_SIGN_OUT_URL: '/out' }).signIn.signOutUrl).toBeNull();
  });

  it("expects Google's proxy in production", () => {
    expect(loadConfig({ NODE_ENV: 'production', AUTH_AUDIENCE: 'a' }).auth.mode).toBe('proxy');
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      "AUTH_AUDIENCE: must be set to the audience of the proxy's assertion if AUTH_MODE=iap",
    ]);
  });

  it.each([
    ['NODE_ENV', 'staging', 'development, production, test'],
    ['PORT', '65536', '0 to 65535'],
    ['PORT', '-1', '0 to 65535'],
    ['PORT', '80.5', '0 to 65535'],
    ['PORT', '1e3', '0 to 65535'],
    ['PORT', ' 80', '0 to 65535'],
    ['STORAGE_URL', 's3://photos', 'gs://my-photos'],
    ['STORAGE_URL', 'gs://', 'gs://my-photos'],
    ['STORAGE_URL', 'gs://Photos', 'gs://my-photos'],
    ['STORAGE_URL', 'gs://photos/folder', 'gs://my-photos'],
    ['MEDIA_DELIVERY', 'cdn', 'proxy, signed'],
    ['STORAGE_TIMEOUT_SECONDS', '0', '1 to 60'],
    ['MAX_REQUEST_BYTES', '-1', 'whole number'],
    ['MEDIA_DELIVERY', 'signed', 'STORAGE_URL'],
    ['AUTH_MODE', 'none', 'dev, iap, proxy'],
    ['AUTH_HEADER', 'X Assertion', 'HTTP header'],
    ['AUTH_JWKS_URL', 'file:///etc/keys', 'http(s) URL'],
    ['AUTH_JWKS_URL', 'keys', 'http(s) URL'],
    ['AUTH_SIGN_OUT_URL', 'javascript:alert(1)', 'http(s) URL'],
    ['AUTH_SIGN_OUT_URL', 'oauth2/sign_out', 'an absolute path'],
    ['TRUSTED_DOCUMENTS_ONLY', '1', 'true or false'],
    ['DEV_USER_EMAIL', 'ada', 'e-mail address'],
    ['DEV_ALLOW_ANY_HOST', 'yes', 'true or false'],
    ['RATE_LIMIT_PER_MINUTE', '1000001', '0 to 1000000'],
    ['MAX_FILE_BYTES', '0', '1 to 1099511627776'],
    ['MAX_FILE_BYTES', '100MB', '1 to 1099511627776'],
    ['MAX_IMAGE_PIXELS', '0', '1 to 2000000000'],
    ['STORAGE_QUOTA_BYTES', '9007199254740992', '0 to 9007199254740991'],
    ['TRASH_DAYS', '0', '1 to 3650'],
    ['IMAGE_WORKERS', '65', '1 to 64'],
    ['WORKER_MAX_RSS', '1', '134217728 to 68719476736'],
    ['LOG_LEVEL', 'verbose', 'fatal, error, warn, info, debug, trace, silent'],
    ['MAX_INFLIGHT_BYTES', '104857599', 'MAX_FILE_BYTES (104857600)'],
  ])('rejects %s=%s with a message that contains %j', (name, value, allowed) => {
    const faults = faultsOf({ [name]: value });
    expect(namesOf(faults)).toEqual([name]);
    expect(faults[0]).toContain(allowed);
  });

  it('reports all faults at once, including those between variables', () => {
    const faults = faultsOf({
      ...PROXY,
      AUTH_AUDIENCE: '',
      AUTH_JWKS_URL: 'nowhere',
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      MAX_INFLIGHT_BYTES: '1',
    });
    expect(namesOf(faults).toSorted()).toEqual([
      'AUTH_AUDIENCE',
      'AUTH_JWKS_URL',
      'LOG_LEVEL',
      'MAX_INFLIGHT_BYTES',
      'PORT',
    ]);
    expect(new ConfigError(faults).message.split('\n')).toEqual([
      'The configuration is invalid:',
      ...faults.map((fault) => `  ${fault}`),
    ]);
  });

  it('reports no faults that follow from an invalid variable', () => {
    expect(namesOf(faultsOf({ NODE_ENV: 'production', AUTH_MODE: 'ipa' }))).toEqual(['AUTH_MODE']);
    expect(namesOf(faultsOf({ NODE_ENV: 'prod' }))).toEqual(['NODE_ENV']);
    expect(namesOf(faultsOf({ NODE_ENV: 'prod', AUTH_MODE: 'iap' }))).toEqual(['NODE_ENV', 'AUTH_AUDIENCE']);
    expect(namesOf(faultsOf({ HOST: '0.0.0.0', DEV_ALLOW_ANY_HOST: 'ja' }))).toEqual(['DEV_ALLOW_ANY_HOST']);
    expect(namesOf(faultsOf({ MAX_FILE_BYTES: 'x', MAX_INFLIGHT_BYTES: '1' }))).toEqual(['MAX_FILE_BYTES']);
  });

  it('requires all values for verifying the assertion of another proxy', () => {
    expect(namesOf(faultsOf({ AUTH_MODE: 'proxy' }))).toEqual([
      'AUTH_AUDIENCE',
      'AUTH_HEADER',
      'AUTH_ISSUER',
      'AUTH_JWKS_URL',
    ]);
  });

  it('rejects AUTH_MODE=dev in production and on Cloud Run', () => {
    expect(namesOf(faultsOf({ AUTH_MODE: 'dev', NODE_ENV: 'production' }))).toEqual(['AUTH_MODE']);
    expect(namesOf(faultsOf({ AUTH_MODE: 'dev', K_SERVICE: 'photos' }))).toContain('AUTH_MODE');
    expect(
      namesOf(faultsOf({ AUTH_MODE: 'dev', NODE_ENV: 'production', DEV_ALLOW_ANY_HOST: 'true' })),
    ).toEqual(['AUTH_MODE']);
  });

  it('requires PostgreSQL and a bucket on Cloud Run, and names the missing one', () => {
    const hosted = { ...IAP, K_SERVICE: 'photos' };
    const database = { DATABASE_URL: 'postgres:///photos?host=/cloudsql/a:b:c' };
    const bucket = { STORAGE_URL: 'gs://my-photos' };
    expect(namesOf(faultsOf(hosted))).toEqual(['DATABASE_URL', 'STORAGE_URL']);
    expect(namesOf(faultsOf({ ...hosted, ...bucket }))).toEqual(['DATABASE_URL']);
    expect(namesOf(faultsOf({ ...hosted, ...database }))).toEqual(['STORAGE_URL']);
    const config = loadConfig({ ...hosted, ...database, ...bucket });
    expect(config.database).toMatchObject({ engine: 'postgres' });
    // The disk is memory there, and the default elsewhere is 4 GiB.
    expect(config.maxInflightBytes).toBe(256 * 1024 ** 2);
  });

  it.each([
    'postgres://host/photos',
    'postgresql://user:p%40ss@10.0.0.1:6432/photos?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres:///photos?host=/cloudsql/project:region:instance',
  ])('accepts the database %s', (url) => {
    expect(loadConfig({ DATABASE_URL: url }).database).toMatchObject({
      engine: 'postgres',
      url,
      poolSize: 5,
    });
  });

  it('accepts a socket directory with a user and a password', () => {
    expect(
      loadConfig({ DATABASE_URL: 'postgres://ann:p%40ss@/photos?host=/cloudsql/a:b:c' }).database,
    ).toMatchObject({ url: 'postgres://ann:p%40ss@localhost/photos?host=/cloudsql/a:b:c' });
  });

  it.each(['mysql://host/photos', 'postgres:///photos', 'photos', 'host=localhost'])(
    'rejects the database %s, without repeating its password',
    (url) => {
      expect(namesOf(faultsOf({ DATABASE_URL: url }))).toEqual(['DATABASE_URL']);
      expect(faultsOf({ DATABASE_URL: 'mysql://ann:secret@host' }).join()).not.toContain('secret');
    },
  );

  it('rejects a migration URL without a database URL', () => {
    expect(namesOf(faultsOf({ DATABASE_MIGRATION_URL: 'postgres://host/photos' }))).toEqual([
      'DATABASE_MIGRATION_URL',
    ]);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('allows AUTH_MODE=dev to listen on %s', (host) => {
    expect(loadConfig({ HOST: host }).host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'photos.example', '127.0.0.1.example', 'localhost.example'])(
    'allows AUTH_MODE=dev to listen on %s only with DEV_ALLOW_ANY_HOST',
    (host) => {
      expect(namesOf(faultsOf({ HOST: host }))).toEqual(['HOST']);
      expect(loadConfig({ HOST: host, DEV_ALLOW_ANY_HOST: 'true' }).host).toBe(host);
    },
  );

  it('does not repeat values in its faults and ignores unknown variables', () => {
    const secret = 'hunter2';
    const invalid = Object.fromEntries(VARIABLES.map((name) => [name, `${secret} ${name}`]));
    expect(faultsOf(invalid).length).toBeGreaterThan(15);
    expect(faultsOf(invalid).join('\n')).not.toContain(secret);
    expect(JSON.stringify(loadConfig({ DATABASE_PASSWORD: secret, PATH: secret }))).not.toContain(secret);
  });
});

describe('.env.example', () => {
  it('contains every variable with its default', async () => {
    const example = parseEnv(
      await readFile(fileURLToPath(new URL('../../.env.example', import.meta.url)), 'utf8'),
    );
    expect(Object.keys(example).toSorted()).toEqual(VARIABLES.toSorted());
    expect(loadConfig(example)).toEqual(loadConfig({}));
  });
});
