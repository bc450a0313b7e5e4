import type { Request, Response } from 'express';
import type { UserErrorCode } from '../graphql/types/user-error.ts';

/** Ends a request for bytes with a code that a person can act on, in the shape of a GraphQL error. */
export function sendRefusal(
  req: Request,
  res: Response,
  status: number,
  code: keyof typeof UserErrorCode,
  message: string,
): void {
  const extensions = { code, requestId: String(req.id ?? '') };
  res
    .status(status)
    .setHeader('Cache-Control', 'no-store')
    .json({ errors: [{ message, extensions }] });
}
