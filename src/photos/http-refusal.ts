import type { Request, Response } from 'express';
import type { UserErrorCode } from '../graphql/types/user-error.ts';
import { requestIdOf } from '../observability/request-context.ts';

/** Ends a request for bytes with a code that a person can act on, in the shape of a GraphQL error. */
export function sendRefusal(
  req: Request,
  res: Response,
  status: number,
  code: keyof typeof UserErrorCode,
  message: string,
): void {
  res
    .status(status)
    .setHeader('Cache-Control', 'no-store')
    .json({ errors: [{ message, extensions: { code, requestId: requestIdOf(req) } }] });
}
