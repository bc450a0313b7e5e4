import type { IncomingMessage } from 'node:http';
import type { Identity } from './identity.ts';

/** The request carries no proof of who sent it. The reason is for the audit log, never for the client. */
export class UnauthenticatedError extends Error {
  override name = 'UnauthenticatedError';
}

/** The request may not come this way, whoever sent it. The message is for the client and says what to do. */
export class ForbiddenError extends Error {
  override name = 'ForbiddenError';
}

/** The keys that assertions are signed with cannot be had and none are remembered; the request may be sent again later. */
export class IdentityUnavailableError extends Error {
  override name = 'IdentityUnavailableError';
}

/** Who sent a request, from its headers alone. */
export abstract class Authenticator {
  /** Throws UnauthenticatedError, ForbiddenError or IdentityUnavailableError. */
  abstract authenticate(request: IncomingMessage): Promise<Identity>;
}
