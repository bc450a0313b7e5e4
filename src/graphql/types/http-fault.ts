import type { Request, Response } from 'express';
import { type ErrorCode, HTTP_STATUS } from './errors.ts';

/** Ends a request outside Apollo with a GraphQL-shaped answer: `{"errors":[{message, extensions: {code, requestId}}]}`. */
export function sendFault(req: Request, res: Response, code: ErrorCode, message: string): void {
  const extensions = { code, requestId: String(req.id ?? '') };
  res
    .status(HTTP_STATUS[code])
    .setHeader('Cache-Control', 'no-store')
    .json({ errors: [{ message, extensions }] });
}
