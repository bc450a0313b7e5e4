import { MIB } from '../config/units.ts';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Request, Response } from 'express';
import { requestFields } from '../observability/request-context.ts';
import { type ErrorCode, type FaultDetails, HTTP_STATUS } from '../graphql/types/errors.ts';
import type { UserErrorCode } from '../graphql/types/user-error.ts';

/**
 * Limits for reading the rest of a request's body after the response. Without reading it, the client might not
 * receive the response.
 */
const MAX_DISCARDED_BYTES = 16 * MIB;
const MAX_DISCARD_MS = 10_000;

/** Sends a fault as the response to a request that Apollo does not handle. The status is that of the fault's code. */
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

/** Rejects an upload or download of bytes with a code that the user can act on. */
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
 * Sends a GraphQL error response: `{"errors":[{message, extensions: {code, requestId}}]}`. The rest of the
 * request's body is read and discarded up to a limit, after which the connection is closed.
 */
function send(
  req: Request,
  res: Response,
  status: number,
  details: { code: string; reason?: string | undefined },
  message: string,
): void {
  const extensions = { ...details, requestId: requestFields(req).requestId ?? '' };
  res.status(status).setHeader('Cache-Control', 'no-store').type('json');
  // Not `res.json`, because the upload middleware makes it wait for the rest of the body.
  res.end(JSON.stringify({ errors: [{ message, extensions }] }));
  if (!req.complete && res.socket) discardBody(req, res.socket);
}

/** `socket` is that of the response, because a request that failed while its body was read no longer has one. */
function discardBody(req: IncomingMessage, socket: Socket): void {
  let left = MAX_DISCARDED_BYTES;
  const timer = setTimeout(() => socket.destroy(), MAX_DISCARD_MS).unref();
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
