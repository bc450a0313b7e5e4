import type { ErrorRequestHandler } from 'express';
import { faultOf, logHidden } from './faults.ts';
import { FaultError } from '../types/errors.ts';
import { sendFault } from '../../http/error-response.ts';

/**
 * Answers what middleware outside Apollo throws (faults, body-parser, a port that is away) in the shape of a GraphQL
 * answer. To be mounted after that middleware.
 */
export const handleHttpErrors: ErrorRequestHandler = (error, req, res, _next) => {
  logHidden([error]);
  // An answer that has begun cannot be taken back, only cut off; and nobody reads one whose client has gone. The socket
  // is the response's: a request that failed while it was read has none any more.
  if (res.headersSent || !res.socket) {
    res.socket?.destroy();
    return;
  }
  const { code, message } = faultOf(error);
  sendFault(req, res, code, message, error instanceof FaultError ? error.details : {});
};
