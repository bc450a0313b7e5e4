import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Level, Logger } from 'pino';
import { type Options, pinoHttp } from 'pino-http';
import { findRoute } from '../http/routes.ts';
import { loggedPath } from './redact.ts';
import { inRequest, requestFields } from './request-context.ts';

/**
 * Creates middleware that assigns an ID to each request (`req.id`, `X-Request-Id`), adds it to all log lines of the
 * request, and logs one line when the request ends. Must be mounted first, so that requests that are rejected early
 * are logged too.
 */
export function requestLogger(logger: Logger): RequestHandler {
  const log = pinoHttp(requestLogOptions(logger));
  return (req, res, next) => inRequest(req, () => log(req, res, next));
}

/** Options of pino-http. Headers are never logged, and only the path of the URL is. */
export function requestLogOptions(logger: Logger): Options {
  return {
    logger,
    genReqId: identify,
    // The logger adds the request fields to each line, so the request and response objects are omitted.
    wrapSerializers: false,
    serializers: { req: () => undefined, res: () => undefined },
    customLogLevel: levelOf,
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customSuccessObject: (req, res, { responseTime }: Timing) => lineOf(req, res, responseTime),
    customErrorObject: (req, res, _error, { responseTime }: Timing) => ({
      ...lineOf(req, res, responseTime),
      err: res.err,
    }),
  };
}

interface Timing {
  responseTime: number;
}

function identify(req: IncomingMessage, res: ServerResponse): string {
  const given = req.headers['x-request-id'];
  const id = typeof given === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : randomUUID();
  res.setHeader('X-Request-Id', id);
  return id;
}

function lineOf(req: IncomingMessage, res: ServerResponse, ms: number): object {
  return {
    // Set explicitly, because the async context here may be that of a different request on the same connection.
    ...requestFields(req),
    method: req.method,
    path: pathOf(req),
    operation: req.operationName?.slice(0, 64),
    status: res.headersSent ? res.statusCode : undefined,
    aborted: res.writableFinished ? undefined : true,
    ms,
  };
}

function levelOf(req: IncomingMessage, res: ServerResponse): Level {
  const { logLevel } = findRoute(pathOf(req)) ?? { logLevel: 'info' };
  return logLevel === 'info' && res.statusCode >= 500 ? 'error' : logLevel;
}

function pathOf(req: IncomingMessage & { originalUrl?: string }): string {
  // Express removes the mount point from `url`.
  return loggedPath(req.originalUrl ?? req.url ?? '');
}
