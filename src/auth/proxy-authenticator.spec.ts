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
      .then((answer) => res.end(JSON.stringify(answer)));
  });
});
afterAll(() => Promise.all([keyServer.stop(), server.close()]));

/** What the authenticator says of a request with these headers: name, value, name, value. */
async function ask(...headers: string[]): Promise<unknown> {
  const { port } = server;
  const sent = request({ port, host: '127.0.0.1', agent: false, headers: ['Host', 'x', ...headers] }).end();
  const [res] = await once(sent, 'response');
  return JSON.parse(await text(res));
}

/** A header and a valid payload, still to be signed. */
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
    ['an email with a namespace as it is', { email: 'idp:ada' }, { ...ada, email: 'idp:ada' }],
    ['expired within the skew', { iat: secondsFromNow(-610), exp: secondsFromNow(-10) }, ada],
    ['from the future within the skew', { iat: secondsFromNow(20), nbf: secondsFromNow(20) }, ada],
    ['the longest sub', { sub: 's'.repeat(255) }, { ...ada, sub: 's'.repeat(255) }],
    ['a name too long to show', { name: 'n'.repeat(256) }, ada],
    ['a name that is none', { name: { first: 'Ada' } }, ada],
    ['a picture over http', { picture: 'http://example.com/ada.png' }, ada],
    ['a picture that is a script', { picture: 'javascript:alert(1)' }, ada],
    ['a picture too long', { picture: `https://example.com/${'a'.repeat(500)}` }, ada],
  ])('identifies a person: %s', async (_, claims, identity) => {
    expect(await ask(HEADER, await assertion(key, claims))).toEqual(identity);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['issued in the future', { iat: secondsFromNow(60), exp: secondsFromNow(300) }, 'iat'],
    ['expired', { iat: secondsFromNow(-300), exp: secondsFromNow(-60) }, 'exp'],
    ['too early', { nbf: secondsFromNow(60) }, 'nbf'],
    ['too old', { iat: secondsFromNow(-660), exp: secondsFromNow(60) }, 'iat'],
    ['too long-lived', { exp: secondsFromNow(660) }, 'lives-too-long'],
    ['endless', { exp: undefined }, 'exp'],
    ['expiring at no time', { exp: 'never' }, 'exp'],
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
    ['with half a character in its sub', { sub: 'a\ud800' }, 'sub'],
    ['without an email', { email: undefined }, 'email'],
    ['with an empty email', { email: '' }, 'email'],
    ['with an email too long', { email: `${'e'.repeat(320)}@x` }, 'email'],
  ])('refuses an assertion %s', async (_, claims, reason) => {
    const answer = await ask(HEADER, await assertion(key, claims));
    expect(answer).toEqual({ UnauthenticatedError: expect.stringMatching(new RegExp(`(^| )${reason}$`)) });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['nothing at all', () => '', 'no-assertion'],
    ['garbage', () => 'garbage', 'ERR_JWS_INVALID'],
    ['three parts of garbage', () => 'a.b.c', 'ERR_JWS_INVALID'],
    ['more than 4 KiB', () => assertion(key, { more: 'x'.repeat(3000) }), 'assertion-too-long'],
    ['another key of the same id', () => assertion(impostor), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['an unknown key id', () => assertion(key, {}, { kid: 'other' }), 'ERR_JWKS_NO_MATCHING_KEY'],
    [
      'RS256, of a key that is served',
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
    expect(await ask(HEADER, await make())).toEqual({ UnauthenticatedError: reason });
  });

  it('refuses HS256 with the public key as its secret', async () => {
    const pem = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, JSON.stringify(key.jwk)]) {
      const signed = unsigned({ alg: 'HS256', kid: key.kid });
      const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      expect(await ask(HEADER, token)).toEqual({ UnauthenticatedError: 'ERR_JOSE_ALG_NOT_ALLOWED' });
    }
  });

  it.each<[string, CompactJWSHeaderParameters, string]>([
    ['that jose knows', { alg: 'ES256', kid: 'key', crit: ['b64'], b64: true }, 'critical-header'],
    [
      'that nobody knows',
      { alg: 'ES256', kid: 'key', crit: ['ada@example.com'], 'ada@example.com': 1 },
      'ERR_JOSE_NOT_SUPPORTED',
    ],
  ])('refuses a critical header parameter %s', async (_, header, reason) => {
    const payload = Buffer.from((await assertion(key)).split('.')[1] ?? '', 'base64url');
    const token = await new CompactSign(payload)
      .setProtectedHeader(header)
      .sign(key.privateKey, { crit: { 'ada@example.com': true } });
    expect(await ask(HEADER, token)).toEqual({ UnauthenticatedError: reason });
  });

  it('refuses a header that is there twice, though each is valid', async () => {
    const token = await assertion(key);
    expect(await ask(HEADER, token, HEADER, token)).toEqual({ UnauthenticatedError: 'repeated-assertion' });
    expect(await ask(HEADER, `${token}, ${token}`)).toEqual({ UnauthenticatedError: 'ERR_JWS_INVALID' });
  });

  it('reads no other header', async () => {
    const plain = ['x-goog-authenticated-user-email', 'ada@example.com', 'x-goog-authenticated-user-id', '1'];
    expect(await ask(...plain)).toEqual({ UnauthenticatedError: 'no-assertion' });
    expect(await ask('authorization', `Bearer ${await assertion(key)}`)).toEqual({
      UnauthenticatedError: 'no-assertion',
    });
    const other = await assertion(key, { email: 'bob@example.com' });
    expect(await ask(...plain, HEADER, other)).toEqual({ ...ada, email: 'bob@example.com' });
  });
});
