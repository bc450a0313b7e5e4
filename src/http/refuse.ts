import type { Request, Response } from 'express';
import type { ErrorCode } from '../graphql/types/errors.ts';
import { sendFault } from './error-response.ts';

/**
 * Sends a fault immediately. If the request has a body, the connection is closed after the response, so that the
 * body does not have to be read.
 */
export function refuse(req: Request, res: Response, code: ErrorCode, message: string): void {
  const { 'transfer-encoding': chunked, 'content-length': length = '0' } = req.headers;
  if (chunked !== undefined || length !== '0') res.setHeader('Connection', 'close');
  sendFault(req, res, code, message);
}
