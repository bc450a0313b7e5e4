import type { ServerResponse } from 'node:http';
import { type CryptoKey, type JWK, type JWTPayload, SignJWT, exportJWK, generateKeyPair } from 'jose';
import { type Loopback, serveOnLoopback } from './loopback.ts';

/** Issuer and audience of the assertions in tests. */
export const ISSUER = 'https://proxy.test';
export const AUDIENCE = '/projects/1/locations/here/services/imgstream';

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** Generates a key pair for assertions, with its public key as a JWK. */
export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** The time `seconds` from now, in seconds since the epoch. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/**
 * Signs a valid assertion. `claims` and `header` replace its claims and header parameters; a value of `undefined`
 * removes one.
 */
export function assertion(
  key: SigningKey,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const payload: JWTPayload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'accounts.google.com:1',
    email: 'ada@example.com',
    iat: secondsFromNow(0),
    exp: secondsFromNow(600),
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header })
    .sign(key.privateKey);
}

/** A key server on loopback that counts its requests and can simulate failures. */
export class KeyServer {
  fetches = 0;
  keys: JWK[] = [];
  mode: 'serve' | 'fail' | 'hang' | 'hang-in-body' | 'garbage' | 'huge' = 'serve';
  #loopback!: Loopback;

  static async start(...keys: SigningKey[]): Promise<KeyServer> {
    const server = new KeyServer();
    server.serve(...keys);
    server.#loopback = await serveOnLoopback((_, res) => server.#respond(res));
    return server;
  }

  get url(): string {
    return `${this.#loopback.url}/keys`;
  }

  serve(...keys: SigningKey[]): void {
    this.keys = keys.map(({ jwk }) => jwk);
  }

  stop(): Promise<void> {
    return this.#loopback.close();
  }

  #respond(res: ServerResponse): void {
    this.fetches += 1;
    const set = JSON.stringify({ keys: this.keys });
    if (this.mode === 'hang') return;
    if (this.mode === 'fail') res.statusCode = 500;
    if (this.mode === 'hang-in-body') res.write(set.slice(0, 10));
    else if (this.mode === 'garbage') res.end('<html>');
    else if (this.mode === 'huge') res.end(set + ' '.repeat(1024 ** 2));
    else res.end(set);
  }
}
