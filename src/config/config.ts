import { StartError } from './start-error.ts';
import { MIB } from './units.ts';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isUrlOrPath, type SignInConfig, signInOf } from './sign-in.ts';

/** An integer from `min` to `max`, written in decimal digits. */
const integer = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`)
    .default(fallback);

const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

const url = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:/.test(value), 'must be an http(s) URL')
  .optional();

/** `postgres://user:password@host:5432/name`, or a socket directory: `postgres://user:password@/name?host=/run/postgresql`. */
const databaseUrl = z
  .string()
  // A URL with a user needs a host. With `?host=`, it is not used.
  .transform((value) => value.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=\/)/, '$1localhost'))
  .refine((value) => {
    const parsed = URL.parse(value);
    return (
      parsed !== null &&
      /^postgres(ql)?:$/.test(parsed.protocol) &&
      (parsed.hostname !== '' || parsed.searchParams.has('host'))
    );
  }, 'must be postgres://user:password@host:5432/name, or postgres://user:password@/name?host=/socket/directory')
  .optional();

const text = z.string().trim().min(1, 'must not be empty').optional();

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET_URL = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/?$/;

/** Values of Google's Identity-Aware Proxy: https://cloud.google.com/iap/docs/signed-headers-howto */
const IAP = {
  header: 'x-goog-iap-jwt-assertion',
  issuer: 'https://cloud.google.com/iap',
  jwksUrl: 'https://www.gstatic.com/iap/verify/public_key-jwk',
} as const;

/** Folder of the build. The relative path is the same from src/config and dist/config. */
const BUILT = join(import.meta.dirname, '../../dist');

/** On Cloud Run, received files are in memory until they are stored. */
const CLOUD_RUN_DEFAULTS = { MAX_INFLIGHT_BYTES: String(256 * MIB) };

/** All environment variables that the service reads. An empty variable counts as not set. */
const environment = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  K_SERVICE: text,
  PORT: integer(0, 65_535, 8080),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,255}$/, 'must be a host name or an address')
    .optional(),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: databaseUrl,
  DATABASE_MIGRATION_URL: databaseUrl,
  DATABASE_POOL_SIZE: integer(2, 100, 5),
  STORAGE_URL: z
    .string()
    .regex(BUCKET_URL, 'must be gs:// followed by the name of a bucket, such as gs://my-photos')
    .optional(),
  MEDIA_DELIVERY: oneOf(['proxy', 'signed']).default('proxy'),
  STORAGE_TIMEOUT_SECONDS: integer(1, 60, 45),
  AUTH_MODE: oneOf(['dev', 'iap', 'proxy']).optional(),
  AUTH_AUDIENCE: text,
  AUTH_ISSUER: text,
  AUTH_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of an HTTP header')
    .optional(),
  AUTH_JWKS_URL: url,
  AUTH_SIGN_OUT_URL: z
    .string()
    .refine(isUrlOrPath, 'must be an http(s) URL or an absolute path, such as /oauth2/sign_out')
    .optional(),
  DEV_USER_EMAIL: z.email('must be an e-mail address').default('dev@localhost.localdomain'),
  DEV_ALLOW_ANY_HOST: flag.default(false),
  TRUSTED_DOCUMENTS_ONLY: flag.default(false),
  RATE_LIMIT_PER_MINUTE: integer(0, 1_000_000, 600),
  MAX_FILE_BYTES: integer(1, 1024 * 1024 * MIB, 100 * MIB),
  MAX_REQUEST_BYTES: integer(0, 1024 * 1024 * MIB, 0),
  MAX_INFLIGHT_BYTES: integer(1, 1024 * 1024 * MIB, 4096 * MIB),
  MAX_IMAGE_PIXELS: integer(1, 2_000_000_000, 256_000_000),
  STORAGE_QUOTA_BYTES: integer(0, Number.MAX_SAFE_INTEGER, 0),
  TRASH_DAYS: integer(1, 3650, 30),
  IMAGE_WORKERS: integer(1, 64, Math.min(availableParallelism(), 64)),
  WORKER_MAX_RSS: integer(128 * MIB, 64 * 1024 * MIB, 1536 * MIB),
  RECOVER_DATABASE: flag.default(false),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** The database: a DuckDB file in DATA_DIR, or PostgreSQL. */
export type DatabaseConfig =
  | { engine: 'duckdb' }
  | {
      engine: 'postgres';
      url: string;
      /** URL for migrations, if they need a different connection than `url`. */
      migrationUrl: string | null;
      /** Maximum number of connections. */
      poolSize: number;
    };

/** Location of the objects: `disk` is a folder in DATA_DIR, `gcs` is a bucket of Google Cloud Storage. */
export type StorageConfig = { engine: 'disk' } | { engine: 'gcs'; bucket: string };

export interface ProxyAuthConfig {
  mode: 'proxy';
  /** Name of the header with the assertion, in lowercase like Node's header names. */
  header: string;
  issuer: string;
  audience: string;
  jwksUrl: string;
}

export interface DevAuthConfig {
  mode: 'dev';
  email: string;
  /** True if access is restricted in another way, such as by the published port of a container. */
  allowAnyHost: boolean;
}

/** Configuration of the service. Sizes are in bytes; names of times contain their unit. */
export interface Config {
  production: boolean;
  port: number;
  host: string;
  dataDir: string;
  storage: StorageConfig;
  database: DatabaseConfig;
  /** `proxy`: the service sends the bytes of photos. `signed`: redirects to short-lived signed URLs of the bucket. */
  mediaDelivery: 'proxy' | 'signed';
  /** Timeout of a request to the bucket, including retries. Transfers of objects have about five times as long. */
  storageTimeoutSeconds: number;
  auth: ProxyAuthConfig | DevAuthConfig;
  signIn: SignInConfig;
  /** True if only the GraphQL documents of the built web app may be run. */
  trustedDocumentsOnly: boolean;
  /** Folder to which `npm run build` writes. */
  builtDir: string;
  /** GraphQL operations and PUT requests per user and minute; 0 for no limit. */
  rateLimitPerMinute: number;
  maxFileBytes: number;
  /** Size of one request to this service. Infinity if only the size and number of its files are limited. */
  maxRequestBytes: number;
  /** Total size of all uploads in progress. */
  maxInflightBytes: number;
  maxImagePixels: number;
  /** Quota per user; 0 for no limit. */
  storageQuotaBytes: number;
  trashDays: number;
  imageWorkers: number;
  workerMaxRssBytes: number;
  /** True to start with a database that lacks acknowledged changes and to recreate photos from their originals. */
  recoverDatabase: boolean;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** Injection token of the Config. */
export const CONFIG = Symbol('Config');

/** Invalid configuration. The message has one line per invalid variable, with the reason and the allowed values. */
export class ConfigError extends StartError {
  override name = 'ConfigError';

  constructor(readonly faults: string[]) {
    super(`The configuration is invalid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

type Environment = z.output<typeof environment>;

type Variable = keyof Environment;

/** Names of all variables. */
export const VARIABLES: readonly string[] = Object.keys(environment.shape);

/** Variables for verifying the proxy's assertion. Except for the audience, AUTH_MODE=iap provides defaults. */
const ASSERTION = {
  AUTH_AUDIENCE: "the audience of the proxy's assertion",
  AUTH_HEADER: 'the header that carries the assertion',
  AUTH_ISSUER: 'the issuer of the assertion',
  AUTH_JWKS_URL: 'the URL of the keys that verify the assertion',
} as const;

const REQUIRED_BY = {
  iap: ['AUTH_AUDIENCE'],
  proxy: ['AUTH_AUDIENCE', 'AUTH_HEADER', 'AUTH_ISSUER', 'AUTH_JWKS_URL'],
} as const;

/**
 * Checks rules between variables. Ignores rules whose variables are not `valid`. Each fault begins with a variable.
 */
function* faultsBetween(env: Environment, valid: (...names: Variable[]) => boolean): Generator<string> {
  if (valid('AUTH_MODE') && (env.AUTH_MODE !== undefined || valid('NODE_ENV')))
    yield* faultsOfAuth(env, valid);
  if (env.MAX_INFLIGHT_BYTES < env.MAX_FILE_BYTES && valid('MAX_INFLIGHT_BYTES', 'MAX_FILE_BYTES'))
    yield `MAX_INFLIGHT_BYTES: must be at least MAX_FILE_BYTES (${env.MAX_FILE_BYTES})`;
  if (env.MEDIA_DELIVERY === 'signed' && !env.STORAGE_URL && valid('STORAGE_URL'))
    yield 'MEDIA_DELIVERY: signed requires a bucket; set STORAGE_URL too, or use proxy';
  yield* faultsOnCloudRun(env, valid);
  if (env.DATABASE_MIGRATION_URL && !env.DATABASE_URL && valid('DATABASE_URL'))
    yield 'DATABASE_MIGRATION_URL: is used only with DATABASE_URL; set that too, or leave it out';
}

/** On Cloud Run the disk is in memory and revisions overlap, so rows and objects must be stored elsewhere. */
function* faultsOnCloudRun(env: Environment, valid: (...names: Variable[]) => boolean): Generator<string> {
  if (!env.K_SERVICE) return;
  if (!env.DATABASE_URL && valid('DATABASE_URL'))
    yield 'DATABASE_URL: must be set on Cloud Run, where the embedded database would be lost; use a PostgreSQL database';
  if (!env.STORAGE_URL && valid('STORAGE_URL'))
    yield 'STORAGE_URL: must be set on Cloud Run, where a folder would be lost; use a bucket, such as gs://my-photos';
}

function* faultsOfAuth(env: Environment, valid: (...names: Variable[]) => boolean): Generator<string> {
  const mode = modeOf(env);
  if (mode !== 'dev') {
    for (const name of REQUIRED_BY[mode])
      if (!env[name] && valid(name)) yield `${name}: must be set to ${ASSERTION[name]} if AUTH_MODE=${mode}`;
    return;
  }
  if (isHosted(env))
    yield 'AUTH_MODE: dev has no sign-in and is not allowed in production; use iap or proxy, with AUTH_AUDIENCE';
  if (env.HOST && !isLoopback(env.HOST) && !env.DEV_ALLOW_ANY_HOST && valid('DEV_ALLOW_ANY_HOST'))
    yield 'HOST: AUTH_MODE=dev listens only on loopback (127.0.0.1, ::1 or localhost) unless DEV_ALLOW_ANY_HOST=true';
}

function isHosted(env: Environment): boolean {
  return env.NODE_ENV === 'production' || env.K_SERVICE !== undefined;
}

/** The scheme of STORAGE_URL determines the engine. */
function storageOf(url: string | undefined): StorageConfig {
  const [, bucket] = BUCKET_URL.exec(url ?? '') ?? [];
  return bucket === undefined ? { engine: 'disk' } : { engine: 'gcs', bucket };
}

function databaseOf(env: Environment): DatabaseConfig {
  if (!env.DATABASE_URL) return { engine: 'duckdb' };
  return {
    engine: 'postgres',
    url: env.DATABASE_URL,
    migrationUrl: env.DATABASE_MIGRATION_URL ?? null,
    poolSize: env.DATABASE_POOL_SIZE,
  };
}

function modeOf(env: Environment): 'dev' | 'iap' | 'proxy' {
  return env.AUTH_MODE ?? (isHosted(env) ? 'iap' : 'dev');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Converts environment variables to a Config.
 * @throws ConfigError with all faults if any variable is invalid
 */
export function loadConfig(variables: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const given = set['K_SERVICE'] ? { ...CLOUD_RUN_DEFAULTS, ...set } : set;
  const parsed = environment.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const invalid = new Set(issues.map((issue) => String(issue.path[0])));
  // An invalid variable counts as not set, so that the rules between the others are checked in the same run.
  const env =
    parsed.data ??
    environment.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !invalid.has(name))));
  const faults = [
    ...issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`),
    ...faultsBetween(env, (...names) => names.every((name) => !invalid.has(name))),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  const mode = modeOf(env);
  const auth: Config['auth'] =
    mode === 'dev'
      ? { mode, email: env.DEV_USER_EMAIL, allowAnyHost: env.DEV_ALLOW_ANY_HOST }
      : {
          mode: 'proxy',
          header: (env.AUTH_HEADER ?? IAP.header).toLowerCase(),
          issuer: env.AUTH_ISSUER ?? IAP.issuer,
          audience: env.AUTH_AUDIENCE ?? '',
          jwksUrl: env.AUTH_JWKS_URL ?? IAP.jwksUrl,
        };
  return {
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.HOST ?? (mode === 'dev' ? '127.0.0.1' : '0.0.0.0'),
    dataDir: env.DATA_DIR,
    storage: storageOf(env.STORAGE_URL),
    database: databaseOf(env),
    mediaDelivery: env.MEDIA_DELIVERY,
    storageTimeoutSeconds: env.STORAGE_TIMEOUT_SECONDS,
    auth,
    signIn: signInOf(mode, env.AUTH_SIGN_OUT_URL),
    trustedDocumentsOnly: env.TRUSTED_DOCUMENTS_ONLY,
    builtDir: BUILT,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    maxFileBytes: env.MAX_FILE_BYTES,
    maxRequestBytes: env.MAX_REQUEST_BYTES || Infinity,
    maxInflightBytes: env.MAX_INFLIGHT_BYTES,
    maxImagePixels: env.MAX_IMAGE_PIXELS,
    storageQuotaBytes: env.STORAGE_QUOTA_BYTES,
    trashDays: env.TRASH_DAYS,
    imageWorkers: env.IMAGE_WORKERS,
    workerMaxRssBytes: env.WORKER_MAX_RSS,
    recoverDatabase: env.RECOVER_DATABASE,
    logLevel: env.LOG_LEVEL,
  };
}
