import { MIB } from '../config/units.ts';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Request, Response } from 'express';
import { requestFields } from '../observability/request-context.ts';
import { type ErrorCode, type FaultDetails, HTTP_STATUS } from '../graphql/types/errors.ts';
import type { UserErrorCode } from '../graphql/types/user-error.ts';

/** Of a body that nobody wants, how much is still read so that its sender gets to read the answer. */
const LINGER_BYTES = 16 * MIB;
const LINGER_MS = 10_000;

/** Ends a request outside Apollo with a fault, and with the status that belongs to its code. */
export function sendFault(
  req: Request,
  res: Response,
  code: ErrorCode,
  message: string,
  { retryAfterSeconds, reason }: FaultDetails = {},
): void {
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', retryAfterSeconds);
  send(req, res, HTTP_STATUS[code], { code, reason }, message);
}

/** Ends a request for bytes, or with bytes, with a code that a person can act on. */
export function sendRefusal(
  req: Request,
  res: Response,
  status: number,
  code: keyof typeof UserErrorCode,
  message: string,
): void {
  send(req, res, status, { code }, message);
}

/**
 * Answers in the shape of GraphQL: `{"errors":[{message, extensions: {code, requestId}}]}`. What is still on its way of
 * the request's body is read and forgotten, up to a bound, then the connection is cut.
 */
function send(
  req: Request,
  res: Response,
  status: number,
  more: { code: string; reason?: string | undefined },
  message: string,
): void {
  const extensions = { ...more, requestId: requestFields(req).requestId ?? '' };
  res.status(status).setHeader('Cache-Control', 'no-store').type('json');
  // Not `res.json`: the middleware of uploads makes that wait for the rest of the body.
  res.end(JSON.stringify({ errors: [{ message, extensions }] }));
  if (!req.complete && res.socket) forgetRest(req, res.socket);
}

/** The socket is the response's: a request that failed while it was read has none any more. */
function forgetRest(req: IncomingMessage, socket: Socket): void {
  let left = LINGER_BYTES;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const stop = () => {
    clearTimeout(timer);
    socket.off('close', stop);
  };
  for (const event of ['end', 'error', 'close']) req.once(event, stop);
  socket.once('close', stop);
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
  req.resume();
}
