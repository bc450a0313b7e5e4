import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Level, Logger } from 'pino';
import { type Options, pinoHttp } from 'pino-http';
import { findRoute } from '../http/routes.ts';
import { loggedPath } from './redact.ts';
import { inRequest, requestFields } from './request-context.ts';

/**
 * Gives a request its id (`req.id`, `X-Request-Id`), makes every line of its work carry it, and logs one line when it is
 * over. To be mounted before everything else, so that what is refused early is logged as well.
 */
export function requestLogger(logger: Logger): RequestHandler {
  const log = pinoHttp(requestLogOptions(logger));
  return (req, res, next) => inRequest(req, () => log(req, res, next));
}

/** No header is ever logged, and of the URL only its path. */
export function requestLogOptions(logger: Logger): Options {
  return {
    logger,
    genReqId: identify,
    // The logger itself adds the fields of the request to each line; the request and the response as such are left out.
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
    // Written out: the answer may end in the context of another request of the same connection.
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
  // Express shortens `url` below a mount point.
  return loggedPath(req.originalUrl ?? req.url ?? '');
}
