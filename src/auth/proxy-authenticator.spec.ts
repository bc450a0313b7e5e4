import { createHmac, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CompactSign, type CompactJWSHeaderParameters } from 'jose';
import {
  AUDIENCE,
  ISSUER,
  KeyServer,
  type SigningKey,
  assertion,
  secondsFromNow,
  signingKey,
} from '../../test/support/key-server.ts';
import { type Loopback, serveOnLoopback } from '../../test/support/loopback.ts';
import { ProxyAuthenticator } from './proxy-authenticator.ts';

const HEADER = 'x-goog-iap-jwt-assertion';

let key: SigningKey;
let impostor: SigningKey;
let rsa: SigningKey;
let keyServer: KeyServer;
let server: Loopback;

beforeAll(async () => {
  [key, impostor, rsa] = await Promise.all([
    signingKey('key'),
    signingKey('key'),
    signingKey('rsa', 'RS256'),
  ]);
  keyServer = await KeyServer.start(key, rsa);
  const authenticator = new ProxyAuthenticator({
    mode: 'proxy',
    header: HEADER,
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: keyServer.url,
  });
  server = await serveOnLoopback((req, res) => {
    void authenticator
      .authenticate(req)
      .catch((error: Error) => ({ [error.name]: error.message }))
      .then((result) => res.end(JSON.stringify(result)));
  });
});
afterAll(() => Promise.all([keyServer.stop(), server.close()]));

/** Authenticates a request with these headers (name, value, name, value) and returns the identity or the error. */
async function authenticate(...headers: string[]): Promise<unknown> {
  const { port } = server;
  const sent = request({ port, host: '127.0.0.1', agent: false, headers: ['Host', 'x', ...headers] }).end();
  const [res] = await once(sent, 'response');
  return JSON.parse(await text(res));
}

/** Encodes a header and a valid payload, without a signature. */
const unsigned = (header: object) =>
  [
    header,
    { iss: ISSUER, aud: AUDIENCE, sub: 'a', email: 'a@b', iat: secondsFromNow(0), exp: secondsFromNow(60) },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

const ada = { sub: 'accounts.google.com:1', email: 'ada@example.com', name: null, avatarUrl: null };
const picture = 'https://example.com/ada.png';

describe('ProxyAuthenticator', () => {
  it.each<[string, Record<string, unknown>, object]>([
    ['as Google writes it', {}, ada],
    ['with a name and a picture', { name: 'Ada', picture }, { ...ada, name: 'Ada', avatarUrl: picture }],
    ['with an audience among others', { aud: ['other', AUDIENCE] }, ada],
    ['an email with a namespace, which is not changed', { email: 'idp:ada' }, { ...ada, email: 'idp:ada' }],
    ['expired within the skew', { iat: secondsFromNow(-610), exp: secondsFromNow(-10) }, ada],
    ['from the future within the skew', { iat: secondsFromNow(20), nbf: secondsFromNow(20) }, ada],
    ['the longest sub', { sub: 's'.repeat(255) }, { ...ada, sub: 's'.repeat(255) }],
    ['a name too long to show', { name: 'n'.repeat(256) }, ada],
    ['a name that is not a string', { name: { first: 'Ada' } }, ada],
    ['a picture over HTTP', { picture: 'http://example.com/ada.png' }, ada],
    ['a picture that is a script', { picture: 'javascript:alert(1)' }, ada],
    ['a picture too long', { picture: `https://example.com/${'a'.repeat(500)}` }, ada],
  ])('identifies a user: %s', async (_, claims, identity) => {
    expect(await authenticate(HEADER, await assertion(key, claims))).toEqual(identity);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['issued in the future', { iat: secondsFromNow(60), exp: secondsFromNow(300) }, 'iat'],
    ['expired', { iat: secondsFromNow(-300), exp: secondsFromNow(-60) }, 'exp'],
    ['too early', { nbf: secondsFromNow(60) }, 'nbf'],
    ['too old', { iat: secondsFromNow(-660), exp: secondsFromNow(60) }, 'iat'],
    ['too long-lived', { exp: secondsFromNow(660) }, 'lives-too-long'],
    ['without an expiry time', { exp: undefined }, 'exp'],
    ['with a malformed expiry time', { exp: 'never' }, 'exp'],
    ['without a time of issue', { iat: undefined }, 'iat'],
    ['of another issuer', { iss: 'https://cloud.google.com/iap2' }, 'iss'],
    ['without an issuer', { iss: undefined }, 'iss'],
    ['for another audience', { aud: `${AUDIENCE}2` }, 'aud'],
    ['without an audience', { aud: undefined }, 'aud'],
    ['without a sub', { sub: undefined }, 'sub'],
    ['with an empty sub', { sub: '' }, 'sub'],
    ['with a blank sub', { sub: ' ' }, 'sub'],
    ['with a number for a sub', { sub: 1 }, 'sub'],
    ['with a sub too long', { sub: 's'.repeat(256) }, 'sub'],
    ['with a NUL in its sub', { sub: 'a\0b' }, 'sub'],
    ['with a line break in its sub', { sub: 'a\nb' }, 'sub'],
    ['with a lone surrogate in its sub', { sub: 'a\ud800' }, 'sub'],
    ['without an email', { email: undefined }, 'email'],
    ['with an empty email', { email: '' }, 'email'],
    ['with an email too long', { email: `${'e'.repeat(320)}@x` }, 'email'],
  ])('refuses an assertion %s', async (_, claims, reason) => {
    const result = await authenticate(HEADER, await assertion(key, claims));
    expect(result).toEqual({ UnauthenticatedError: expect.stringMatching(new RegExp(`(^| )${reason}$`)) });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['an empty header', () => '', 'no-assertion'],
    ['garbage', () => 'garbage', 'ERR_JWS_INVALID'],
    ['three parts of garbage', () => 'a.b.c', 'ERR_JWS_INVALID'],
    ['more than 4 KiB', () => assertion(key, { more: 'x'.repeat(3000) }), 'assertion-too-long'],
    ['another key with the same ID', () => assertion(impostor), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['an unknown key ID', () => assertion(key, {}, { kid: 'other' }), 'ERR_JWKS_NO_MATCHING_KEY'],
    [
      'RS256 with a key that the key server returns',
      () => assertion(rsa, {}, { alg: 'RS256' }),
      'ERR_JOSE_ALG_NOT_ALLOWED',
    ],
    ['no algorithm', () => `${unsigned({ alg: 'none' })}.`, 'ERR_JOSE_ALG_NOT_ALLOWED'],
    [
      'a changed payload',
      async () => (await assertion(key)).replace(/\.ey[^.]*/, '.e30'),
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    [
      'an embedded key',
      () => assertion(impostor, {}, { jwk: impostor.jwk }),
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    [
      'an embedded URL',
      () => assertion(impostor, {}, { kid: 'x', jku: 'http://127.0.0.1:1/' }),
      'ERR_JWKS_NO_MATCHING_KEY',
    ],
  ])('refuses %s', async (_, make, reason) => {
    expect(await authenticate(HEADER, await make())).toEqual({ UnauthenticatedError: reason });
  });

  it('refuses HS256 with the public key as its secret', async () => {
    const pem = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, JSON.stringify(key.jwk)]) {
      const signed = unsigned({ alg: 'HS256', kid: key.kid });
      const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      expect(await authenticate(HEADER, token)).toEqual({ UnauthenticatedError: 'ERR_JOSE_ALG_NOT_ALLOWED' });
    }
  });

  it.each<[string, CompactJWSHeaderParameters, string]>([
    ['that jose supports', { alg: 'ES256', kid: 'key', crit: ['b64'], b64: true }, 'critical-header'],
    [
      'that jose does not support',
      { alg: 'ES256', kid: 'key', crit: ['ada@example.com'], 'ada@example.com': 1 },
      'ERR_JOSE_NOT_SUPPORTED',
    ],
  ])('refuses a critical header parameter %s', async (_, header, reason) => {
    const payload = Buffer.from((await assertion(key)).split('.')[1] ?? '', 'base64url');
    const token = await new CompactSign(payload)
      .setProtectedHeader(header)
      .sign(key.privateKey, { crit: { 'ada@example.com': true } });
    expect(await authenticate(HEADER, token)).toEqual({ UnauthenticatedError: reason });
  });

  it('refuses a repeated header, even if both values are valid', async () => {
    const token = await assertion(key);
    expect(await authenticate(HEADER, token, HEADER, token)).toEqual({
      UnauthenticatedError: 'repeated-assertion',
    });
    expect(await authenticate(HEADER, `${token}, ${token}`)).toEqual({
      UnauthenticatedError: 'ERR_JWS_INVALID',
    });
  });

  it('ignores other headers', async () => {
    const plain = ['x-goog-authenticated-user-email', 'ada@example.com', 'x-goog-authenticated-user-id', '1'];
    expect(await authenticate(...plain)).toEqual({ UnauthenticatedError: 'no-assertion' });
    expect(await authenticate('authorization', `Bearer ${await assertion(key)}`)).toEqual({
      UnauthenticatedError: 'no-assertion',
    });
    const other = await assertion(key, { email: 'bob@example.com' });
    expect(await authenticate(...plain, HEADER, other)).toEqual({ ...ada, email: 'bob@example.com' });
  });
});
