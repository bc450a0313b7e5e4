import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Module, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { RequestHandler } from 'express';
import { Logger } from 'nestjs-pino';
import { Authenticator, UnauthenticatedError } from '../../auth/authenticator.ts';
import type { Identity } from '../../auth/identity.ts';
import { CONFIG, type Config, loadConfig } from '../../config/config.ts';
import { LOG_DESTINATION, REQUEST_LOGGER } from '../../observability/logging.module.ts';
import { ObservabilityModule } from '../../observability/observability.module.ts';
import { Staging } from '../../storage/staging/staging.ts';
import { GraphqlModule } from '../graphql.module.ts';
import { DEFAULT_DRAIN_MS, DRAIN_MS } from '../../http/http-drain.ts';
import { handleHttpErrors } from '../errors/http-error-handler.ts';
import { jsonBody } from '../json-body.ts';
import { DEFAULT_SOCKET_LIMITS, SOCKET_LIMITS, type SocketLimits } from '../subscriptions/subscriptions.ts';
import { resolveDocuments } from '../documents/resolve-documents.ts';
import { TrustedDocuments } from '../documents/trusted-documents.ts';
import { TEST_RESOLVERS } from './resolvers.ts';
import { InflightBytes } from '../../storage/staging/inflight-bytes.ts';
import { uploads } from '../multipart/uploads.ts';

/** Identifies the user that the header X-Test-User names. */
class HeaderAuthenticator extends Authenticator {
  async authenticate({ headers }: IncomingMessage): Promise<Identity> {
    const sub = headers['x-test-user'];
    if (typeof sub !== 'string') throw new UnauthenticatedError('no-assertion');
    return { sub, email: `${sub}@example.com`, name: null, avatarUrl: null };
  }
}

export interface TestServer {
  url: string;
  /** Folder of staged files. */
  stagingDir: string;
  /** Returns the log lines written since the last call. */
  logged(): Record<string, unknown>[];
  /** Waits up to a second for the folder to become empty, and returns the names of the files still in it. */
  stagedFiles(): Promise<string[]>;
  app: NestExpressApplication;
  close(): Promise<void>;
}

export interface TestOptions {
  config?: Partial<Config>;
  sockets?: Partial<SocketLimits>;
  inflightWaitMs?: number;
  drainMs?: number;
  controllers?: Type[];
  providers?: Type[];
  /** Trusted documents by identifier. */
  documents?: Record<string, string>;
}

/**
 * Starts a server with GraphqlModule and the test resolvers. The header `X-Test-User` determines the user of a
 * request; over HTTP, it defaults to "anna".
 */
export async function startTestServer(options: TestOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'graphql-'));
  const config: Config = {
    ...loadConfig({ NODE_ENV: 'test', DATA_DIR: dataDir }),
    rateLimitPerMinute: 0,
    ...options.config,
  };
  const lines: string[] = [];
  @Global()
  @Module({ providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] })
  class ConfigModule {}
  const built = await Test.createTestingModule({
    imports: [ConfigModule, ObservabilityModule, GraphqlModule],
    controllers: options.controllers ?? [],
    providers: [...TEST_RESOLVERS, ...(options.providers ?? [])],
  })
    .overrideProvider(Authenticator)
    .useClass(HeaderAuthenticator)
    .overrideProvider(TrustedDocuments)
    .useValue(new TrustedDocuments(options.documents ?? {}, config.trustedDocumentsOnly))
    .overrideProvider(DRAIN_MS)
    .useValue(options.drainMs ?? DEFAULT_DRAIN_MS)
    .overrideProvider(SOCKET_LIMITS)
    .useValue({ ...DEFAULT_SOCKET_LIMITS, ...options.sockets })
    .overrideProvider(LOG_DESTINATION)
    .useValue({ write: (line: string) => lines.push(line) })
    .compile();
  const app = built.createNestApplication<NestExpressApplication>({ bodyParser: false, bufferLogs: true });
  app.useLogger(app.get(Logger));
  const staging = new Staging(config);
  await staging.onModuleInit();
  const stagingDir = dirname(staging.path('x'));
  const inflight = new InflightBytes(config.maxInflightBytes, { waitMs: options.inflightWaitMs ?? 2_000 });
  app.use(app.get<RequestHandler>(REQUEST_LOGGER));
  app.use(identify);
  app.use('/graphql', uploads(config, inflight, staging), jsonBody());
  app.use('/graphql', resolveDocuments(app.get(TrustedDocuments)));
  app.use(handleHttpErrors);
  await app.listen(0, '127.0.0.1');
  return {
    url: `${await app.getUrl()}/graphql`,
    stagingDir,
    app,
    logged: () => lines.splice(0).map((line) => parseLine(line)),
    stagedFiles: () => remainingFiles(stagingDir),
    close: async () => {
      await app.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

const parseLine: (line: string) => Record<string, unknown> = JSON.parse;

const identify: RequestHandler = (req, _res, next) => {
  const sub = req.get('x-test-user') ?? 'anna';
  req.identity = { sub, email: `${sub}@example.com`, name: null, avatarUrl: null };
  next();
};

/** Staged files are removed shortly after their response has closed. */
async function remainingFiles(folder: string): Promise<string[]> {
  for (let tries = 0; tries < 100 && (await readdir(folder)).length > 0; tries += 1) await sleep(10);
  return readdir(folder);
}
