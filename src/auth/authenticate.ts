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
 * Sets `req.identity`, or answers 401, 403 or 503 with a line in the audit log. To be mounted before anything that reads
 * a body. A client is told nothing about why its proof of identity was refused.
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

/** False where the error is none that an authenticator announces. */
function refuseFor(error: Error, req: Request, res: Response): boolean {
  if (error instanceof UnauthenticatedError) refuse(req, res, 'UNAUTHENTICATED', 'Unauthenticated.');
  else if (error instanceof ForbiddenError) refuse(req, res, 'FORBIDDEN', error.message);
  else if (error instanceof IdentityUnavailableError)
    refuse(req, res, 'UNAVAILABLE', 'Sign-in cannot be checked at the moment. Try again in a few seconds.');
  else return false;
  return true;
}
