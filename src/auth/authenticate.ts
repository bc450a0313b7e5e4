import type { Request, RequestHandler, Response } from 'express';
import type { AuditLog } from '../observability/audit-log.ts';
import {
  type Authenticator,
  ForbiddenError,
  IdentityUnavailableError,
  UnauthenticatedError,
} from './authenticator.ts';
import { refuse } from '../http/refuse.ts';

/**
 * Sets `req.identity`, or responds with 401, 403 or 503 and records the refusal in the audit log. Must be mounted
 * before any middleware that reads a body. A 401 response does not reveal why the proof of identity was refused.
 */
export function authenticate(authenticator: Authenticator, audit: AuditLog): RequestHandler {
  return async (req, res, next) => {
    try {
      req.identity = await authenticator.authenticate(req);
    } catch (error) {
      if (!(error instanceof Error) || !refuseFor(error, req, res)) throw error;
      const reason = error instanceof UnauthenticatedError ? error.message : error.name;
      audit.record({ action: 'sign-in', outcome: 'refused', reason, transport: 'http', method: req.method });
      return;
    }
    next();
  };
}

/** Refuses the request. Returns false if the error is not one of those documented by Authenticator. */
function refuseFor(error: Error, req: Request, res: Response): boolean {
  if (error instanceof UnauthenticatedError) refuse(req, res, 'UNAUTHENTICATED', 'Unauthenticated.');
  else if (error instanceof ForbiddenError) refuse(req, res, 'FORBIDDEN', error.message);
  else if (error instanceof IdentityUnavailableError)
    refuse(req, res, 'UNAVAILABLE', 'Sign-in cannot be verified at the moment. Try again in a few seconds.');
  else return false;
  return true;
}
