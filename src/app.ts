import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import compression from 'compression';
import type { RequestHandler } from 'express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.ts';
import { authenticate } from './auth/authenticate.ts';
import { Authenticator } from './auth/authenticator.ts';
import { refuseForeignOrigin } from './auth/foreign-origin.ts';
import { RateLimiter, rateLimit } from './rate-limit/rate-limit.ts';
import type { Config } from './config/config.ts';
import { handleHttpErrors } from './graphql/errors/http-error-handler.ts';
import { jsonBody } from './graphql/json-body.ts';
import { playground } from './graphql/playground/playground.ts';
import { resolveDocuments } from './graphql/documents/resolve-documents.ts';
import { TrustedDocuments } from './graphql/documents/trusted-documents.ts';
import { InflightBytes } from './storage/staging/inflight-bytes.ts';
import { uploads } from './graphql/multipart/uploads.ts';
import { findRoute, ROUTES } from './http/routes.ts';
import { AuditLog } from './observability/audit-log.ts';
import { REQUEST_LOGGER } from './observability/logging.module.ts';
import { admitPuts } from './photos/upload/admit-puts.ts';
import { pageSources } from './photos/delivery/page-sources.ts';
import { ObjectStore } from './storage/object-store.ts';
import { Staging } from './storage/staging/staging.ts';
import { UploadTargets } from './storage/upload-targets.ts';
import { ViewerService } from './viewer/viewer.service.ts';
import { clearSiteData } from './web/clear-site-data.ts';
import { securityHeaders } from './web/security-headers.ts';
import { webApp } from './web/web-app.ts';

/**
 * Creates the complete app, ready to listen. The order of the middleware is essential for security: identity,
 * origin and rate limit of a request are checked before its body is read.
 * @throws StartError, for example a DatabaseStartError, if the service cannot start on this machine
 */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), {
    bodyParser: false,
    // Nest's default logger would report startup errors in a different format, in addition to main.ts.
    logger: false,
    abortOnError: false,
  });
  // Responses of the API need no ETag. The routes that send files set their own.
  app.disable('etag');
  app.useLogger(app.get(Logger));
  const audit = app.get(AuditLog);
  const inflight = app.get(InflightBytes);

  app.use(app.get<RequestHandler>(REQUEST_LOGGER));
  app.use(securityHeaders());
  app.use(forUsers(authenticate(app.get(Authenticator), audit)));
  app.use(forUsers(refuseForeignOrigin(audit)));
  app.use(forUsers(rateLimit(app.get(RateLimiter))));
  app.use(forUsers(upsertUser(app.get(ViewerService))));
  app.use(sendContinue());
  const bucketUrls = pageSources(config, app.get(ObjectStore), app.get(UploadTargets));
  app.use(await webApp(join(config.builtDir, 'public'), bucketUrls));
  app.use(clearSiteData());
  app.use(playground(join(config.builtDir, 'playground'), config.trustedDocumentsOnly, bucketUrls));
  app.use(ROUTES.uploads.path, admitPuts(config, inflight));
  // A month of photos can have several hundred kilobytes of text, which is slow to load on a phone.
  app.use(ROUTES.graphql.path, compression());
  app.use(ROUTES.graphql.path, uploads(config, inflight, app.get(Staging)));
  app.use(ROUTES.graphql.path, jsonBody());
  app.use(ROUTES.graphql.path, resolveDocuments(app.get(TrustedDocuments)));
  app.use(handleHttpErrors);
  delayContinue(app.getHttpServer());
  return app;
}

/** Prevents Node from answering `Expect: 100-continue` before the request has been authenticated. */
function delayContinue(server: Server): void {
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => server.emit('request', req, res));
}

/** Asks the client to send the body of a request that has passed the checks. */
function sendContinue(): RequestHandler {
  return (req, res, next) => {
    if (/^100-continue$/i.test(req.headers.expect ?? '')) res.writeContinue();
    next();
  };
}

/** Applies a middleware to all paths except those that anyone may use. */
function forUsers(middleware: RequestHandler): RequestHandler {
  return (req, res, next) => (findRoute(req.path)?.access === 'anyone' ? next() : middleware(req, res, next));
}

function upsertUser(viewers: ViewerService): RequestHandler {
  return async (req, _res, next) => {
    if (req.identity) await viewers.upsert(req.identity);
    next();
  };
}
