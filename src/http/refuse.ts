import type { Request, Response } from 'express';
import type { ErrorCode } from '../graphql/types/errors.ts';
import { sendFault } from './error-response.ts';

/** Answers at once. Where a body is on the way the connection ends with the answer, so that nobody has to read it. */
export function refuse(req: Request, res: Response, code: ErrorCode, message: string): void {
  const { 'transfer-encoding': chunked, 'content-length': length = '0' } = req.headers;
  if (chunked !== undefined || length !== '0') res.setHeader('Connection', 'close');
  sendFault(req, res, code, message);
}
