import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { DevAuthConfig } from '../config/config.ts';
import { Authenticator, ForbiddenError, UnauthenticatedError } from './authenticator.ts';
import type { Identity } from './identity.ts';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Identifies every request as one local user without sign-in. Accepts only requests from this machine by default. */
export class DevAuthenticator extends Authenticator {
  readonly #identity: Identity;
  readonly #allowAnyHost: boolean;

  constructor(config: DevAuthConfig) {
    super();
    const [name = ''] = config.email.split('@');
    this.#identity = { sub: 'dev', email: config.email, name, avatarUrl: null };
    this.#allowAnyHost = config.allowAnyHost;
  }

  async authenticate(request: IncomingMessage): Promise<Identity> {
    if (!this.#allowAnyHost) assertLocal(request);
    return { ...this.#identity };
  }
}

function assertLocal({ headers, socket }: IncomingMessage): void {
  const { remoteAddress = '', localPort = 80 } = socket;
  if (!loopback.check(remoteAddress, isIPv6(remoteAddress) ? 'ipv6' : 'ipv4'))
    throw new UnauthenticatedError('not-from-this-machine');
  // Prevents DNS rebinding: another site can point its host name at 127.0.0.1 and thus make the user's browser send
  // requests to this server, but these contain the site's name in the Host header.
  if (!LOCAL_HOST.test(headers.host ?? ''))
    throw new ForbiddenError(
      `AUTH_MODE=dev accepts only requests from this machine. Open http://localhost:${localPort}, or set DEV_ALLOW_ANY_HOST=true.`,
    );
}
