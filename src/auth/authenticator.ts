import type { IncomingMessage } from 'node:http';
import type { Identity } from './identity.ts';

/** The request has no valid proof of identity. The message is for the audit log and is never sent to the client. */
export class UnauthenticatedError extends Error {
  override name = 'UnauthenticatedError';
}

/** The request is not allowed for any user. The message is sent to the client and suggests a solution. */
export class ForbiddenError extends Error {
  override name = 'ForbiddenError';
}

/** The keys for verifying assertions can neither be fetched nor taken from the cache. The client may retry later. */
export class IdentityUnavailableError extends Error {
  override name = 'IdentityUnavailableError';
}

/** Identifies the sender of a request by its headers. */
export abstract class Authenticator {
  /**
   * @throws UnauthenticatedError if the request has no valid proof of identity
   * @throws ForbiddenError if the request is not allowed
   * @throws IdentityUnavailableError if the identity cannot be verified at the moment
   */
  abstract authenticate(request: IncomingMessage): Promise<Identity>;
}
