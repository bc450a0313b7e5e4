import { StartError } from './start-error.ts';
import { MIB } from './units.ts';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isAddress, type SignInConfig, signInOf } from './sign-in.ts';

/** A whole number written in decimal digits, within bounds; `allowed` is what a person is told when it is not. */
const whole = (min: number, max: number, fallback: number) =>
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

const text = z.string().trim().min(1, 'must not be empty').optional();

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET_URL = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/?$/;

/** Google's own values for Identity-Aware Proxy: https://cloud.google.com/iap/docs/signed-headers-howto */
const IAP = {
  header: 'x-goog-iap-jwt-assertion',
  issuer: 'https://cloud.google.com/iap',
  jwksUrl: 'https://www.gstatic.com/iap/verify/public_key-jwk',
} as const;

/** Compiled code, pages and documents, from src/config as well as from dist/config. */
const BUILT = join(import.meta.dirname, '../../dist');

/** Every variable the service reads, by the name a person sets. An empty value counts as not set. */
const environment = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  K_SERVICE: text,
  PORT: whole(0, 65_535, 8080),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,255}$/, 'must be a host name or an address')
    .optional(),
  DATA_DIR: z.string().default('./data'),
  STORAGE_URL: z
    .string()
    .regex(BUCKET_URL, 'must be gs:// and the name of a bucket, such as gs://my-photos')
    .optional(),
  MEDIA_DELIVERY: oneOf(['proxy', 'signed']).default('proxy'),
  STORAGE_TIMEOUT_SECONDS: whole(1, 60, 45),
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
    .refine(isAddress, 'must be an http(s) URL or a path of this address, such as /oauth2/sign_out')
    .optional(),
  DEV_USER_EMAIL: z.email('must be an e-mail address').default('dev@localhost.localdomain'),
  DEV_ALLOW_ANY_HOST: flag.default(false),
  TRUSTED_DOCUMENTS_ONLY: flag.default(false),
  RATE_LIMIT_PER_MINUTE: whole(0, 1_000_000, 600),
  MAX_FILE_BYTES: whole(1, 1024 * 1024 * MIB, 100 * MIB),
  MAX_REQUEST_BYTES: whole(0, 1024 * 1024 * MIB, 0),
  MAX_INFLIGHT_BYTES: whole(1, 1024 * 1024 * MIB, 4096 * MIB),
  MAX_IMAGE_PIXELS: whole(1, 2_000_000_000, 256_000_000),
  STORAGE_QUOTA_BYTES: whole(0, Number.MAX_SAFE_INTEGER, 0),
  TRASH_DAYS: whole(1, 3650, 30),
  IMAGE_WORKERS: whole(1, 64, Math.min(availableParallelism(), 64)),
  WORKER_MAX_RSS: whole(128 * MIB, 64 * 1024 * MIB, 1536 * MIB),
  RECOVER_DATABASE: flag.default(false),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Where objects are stored: in DATA_DIR, or in a bucket of Google Cloud Storage. */
export type StorageConfig = { engine: 'disk' } | { engine: 'gcs'; bucket: string };

export interface ProxyAuthConfig {
  mode: 'proxy';
  /** Lower case, as Node gives header names. */
  header: string;
  issuer: string;
  audience: string;
  jwksUrl: string;
}

export interface DevAuthConfig {
  mode: 'dev';
  email: string;
  /** True where something else (a container's published port) keeps strangers out. */
  allowAnyHost: boolean;
}

/** What the service runs by. Sizes are bytes, times say their unit. */
export interface Config {
  production: boolean;
  port: number;
  host: string;
  dataDir: string;
  /** Of Google Cloud Storage; null: objects are in a folder of dataDir. */
  storage: StorageConfig;
  /** proxy: photos' bytes come through this service. signed: from the bucket, by URLs that let in for a while. */
  mediaDelivery: 'proxy' | 'signed';
  /** That a request to the bucket may take with its repetitions; bytes have some five times as long. */
  storageTimeoutSeconds: number;
  auth: ProxyAuthConfig | DevAuthConfig;
  signIn: SignInConfig;
  /** Of GraphQL's documents, only those of the built web app are run. */
  trustedDocumentsOnly: boolean;
  /** The folder that `npm run build` writes. */
  builtDir: string;
  /** GraphQL operations and PUTs of one person in a minute; 0 is no limit. */
  rateLimitPerMinute: number;
  maxFileBytes: number;
  /** Of one request to this service; Infinity where only files and their number are bounded. */
  maxRequestBytes: number;
  maxInflightBytes: number;
  maxImagePixels: number;
  /** Of each person; 0 is no limit. */
  storageQuotaBytes: number;
  trashDays: number;
  imageWorkers: number;
  workerMaxRssBytes: number;
  /** Start with a database that lacks what was acknowledged, and make photos again from their originals. */
  recoverDatabase: boolean;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** The injection token of the Config. */
export const CONFIG = Symbol('Config');

/** Says, a line for each variable at fault, what is wrong and what is allowed. */
export class ConfigError extends StartError {
  override name = 'ConfigError';

  constructor(readonly faults: string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

type Environment = z.output<typeof environment>;

type Variable = keyof Environment;

/** The names of all variables. */
export const VARIABLES: readonly string[] = Object.keys(environment.shape);

/** What a proxy's assertion is checked against; iap fills in all but the audience. */
const ASSERTION = {
  AUTH_AUDIENCE: "the audience of the proxy's assertion",
  AUTH_HEADER: 'the header that carries the assertion',
  AUTH_ISSUER: 'the issuer of the assertion',
  AUTH_JWKS_URL: 'the URL of the keys that sign the assertion',
} as const;

const NEEDED_BY = {
  iap: ['AUTH_AUDIENCE'],
  proxy: ['AUTH_AUDIENCE', 'AUTH_HEADER', 'AUTH_ISSUER', 'AUTH_JWKS_URL'],
} as const;

/** Rules that tie variables together; each fault names its variable. Nothing follows from one that is not `valid`. */
function* faultsBetween(env: Environment, valid: (...names: Variable[]) => boolean): Generator<string> {
  if (valid('AUTH_MODE') && (env.AUTH_MODE !== undefined || valid('NODE_ENV')))
    yield* faultsOfAuth(env, valid);
  if (env.MAX_INFLIGHT_BYTES < env.MAX_FILE_BYTES && valid('MAX_INFLIGHT_BYTES', 'MAX_FILE_BYTES'))
    yield `MAX_INFLIGHT_BYTES: must be at least MAX_FILE_BYTES (${env.MAX_FILE_BYTES})`;
  if (env.MEDIA_DELIVERY === 'signed' && !env.STORAGE_URL && valid('STORAGE_URL'))
    yield 'MEDIA_DELIVERY: signed is for a bucket; set STORAGE_URL too, or use proxy';
  if (env.K_SERVICE)
    yield 'K_SERVICE: the embedded database does not run on Cloud Run, where the disk is memory and revisions overlap';
}

function* faultsOfAuth(env: Environment, valid: (...names: Variable[]) => boolean): Generator<string> {
  const mode = modeOf(env);
  if (mode !== 'dev') {
    for (const name of NEEDED_BY[mode])
      if (!env[name] && valid(name))
        yield `${name}: must be set with AUTH_MODE=${mode}, to ${ASSERTION[name]}`;
    return;
  }
  if (isHosted(env))
    yield 'AUTH_MODE: dev has no sign-in and does not run in production; use iap or proxy, with AUTH_AUDIENCE';
  if (env.HOST && !isLoopback(env.HOST) && !env.DEV_ALLOW_ANY_HOST && valid('DEV_ALLOW_ANY_HOST'))
    yield 'HOST: AUTH_MODE=dev listens on loopback only (127.0.0.1, ::1 or localhost), unless DEV_ALLOW_ANY_HOST=true';
}

function isHosted(env: Environment): boolean {
  return env.NODE_ENV === 'production' || env.K_SERVICE !== undefined;
}

/** The engine is chosen by the scheme of STORAGE_URL. */
function storageOf(url: string | undefined): StorageConfig {
  const [, bucket] = BUCKET_URL.exec(url ?? '') ?? [];
  return bucket === undefined ? { engine: 'disk' } : { engine: 'gcs', bucket };
}

function modeOf(env: Environment): 'dev' | 'iap' | 'proxy' {
  return env.AUTH_MODE ?? (isHosted(env) ? 'iap' : 'dev');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Reads the environment into a Config.
 * @throws ConfigError with every fault at once.
 */
export function loadConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const invalid = new Set(issues.map((issue) => String(issue.path[0])));
  // A variable at fault counts as not set, so that the rules between the others are checked in the same run.
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
