import type { ErrorRequestHandler } from 'express';
import { faultOf, logHidden } from './faults.ts';
import { FaultError } from '../types/errors.ts';
import { sendFault } from '../../http/error-response.ts';

/**
 * Sends errors of middleware outside Apollo (faults, body-parser errors, unavailable ports) as a GraphQL error
 * response. Must be mounted after that middleware.
 */
export const handleHttpErrors: ErrorRequestHandler = (error, req, res, _next) => {
  logHidden([error]);
  // A response that has started can only be cut off, and a client that has disconnected cannot receive one. The
  // response's socket is used, because a request that failed while its body was read no longer has a socket.
  if (res.headersSent || !res.socket) {
    res.socket?.destroy();
    return;
  }
  const { code, message } = faultOf(error);
  sendFault(req, res, code, message, error instanceof FaultError ? error.details : {});
};
