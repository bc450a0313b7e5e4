import type { IncomingMessage } from 'node:http';
import { type JWTPayload, type JWTVerifyResult, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { ProxyAuthConfig } from '../config/config.ts';
import { Authenticator, IdentityUnavailableError, UnauthenticatedError } from './authenticator.ts';
import type { Identity } from './identity.ts';
import { RemoteKeys } from './remote-keys.ts';

const MAX_ASSERTION_BYTES = 4096;
const MAX_LIFETIME_SECONDS = 600;
const CLOCK_SKEW_SECONDS = 30;

/** Text that can be stored as a key: not blank, valid Unicode, and without control characters. */
const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((value) => value.trim() !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value));

/** A missing or invalid name or picture becomes null, instead of invalidating the assertion. */
const claims = z.object({
  sub: text(255),
  email: text(320),
  name: text(255).nullable().catch(null),
  picture: z
    .url({ protocol: /^https$/ })
    .transform((value) => new URL(value).href)
    .pipe(z.string().max(500))
    .nullable()
    .catch(null),
});

/**
 * Verifies the assertion (a JWT, RFC 7519) that the identity proxy signs for each request. The rules are those of
 * Google's Identity-Aware Proxy: https://cloud.google.com/iap/docs/signed-headers-howto
 */
export class ProxyAuthenticator extends Authenticator {
  readonly #config: ProxyAuthConfig;
  readonly #keys: RemoteKeys;

  constructor(config: ProxyAuthConfig, keys = new RemoteKeys(new URL(config.jwksUrl))) {
    super();
    this.#config = config;
    this.#keys = keys;
  }

  async authenticate(request: IncomingMessage): Promise<Identity> {
    const { payload, protectedHeader } = await this.#verify(assertionOf(request, this.#config.header));
    if (protectedHeader.crit !== undefined) throw new UnauthenticatedError('critical-header');
    if (lifetimeSeconds(payload) > MAX_LIFETIME_SECONDS + CLOCK_SKEW_SECONDS)
      throw new UnauthenticatedError('lives-too-long');
    const parsed = claims.safeParse(payload);
    if (!parsed.success)
      throw new UnauthenticatedError(`claim-not-valid ${parsed.error.issues[0]?.path[0]?.toString()}`);
    const { sub, email, name, picture } = parsed.data;
    return { sub, email, name, avatarUrl: picture };
  }

  async #verify(assertion: string): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(assertion, this.#keys.resolve, {
        algorithms: ['ES256'],
        issuer: this.#config.issuer,
        audience: this.#config.audience,
        clockTolerance: CLOCK_SKEW_SECONDS,
        maxTokenAge: MAX_LIFETIME_SECONDS,
        requiredClaims: ['exp', 'sub', 'email'],
      });
    } catch (error) {
      if (error instanceof IdentityUnavailableError) throw error;
      throw new UnauthenticatedError(reasonOf(error), { cause: error });
    }
  }
}

/** Returns the header's only value. Uses `headersDistinct`, because `headers` joins or drops repeated headers. */
function assertionOf(request: IncomingMessage, header: string): string {
  const [assertion, ...more] = request.headersDistinct[header] ?? [];
  if (!assertion) throw new UnauthenticatedError('no-assertion');
  if (more.length > 0) throw new UnauthenticatedError('repeated-assertion');
  if (Buffer.byteLength(assertion) > MAX_ASSERTION_BYTES)
    throw new UnauthenticatedError('assertion-too-long');
  return assertion;
}

function lifetimeSeconds({ exp, iat }: JWTPayload): number {
  return exp === undefined || iat === undefined ? Infinity : exp - iat;
}

/** Returns a code without any text of the assertion, so that strangers cannot write text to the audit log. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return `${error.code} ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : 'not-verifiable';
}
