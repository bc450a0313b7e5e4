import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ForbiddenError, UnauthenticatedError } from './authenticator.ts';
import { DevAuthenticator } from './dev-authenticator.ts';

function requestFrom(remoteAddress: string | undefined, host: string | undefined): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (host !== undefined) request.headers.host = host;
  return request;
}

const config = { mode: 'dev', email: 'ada.l@example.com' } as const;
const strict = new DevAuthenticator({ ...config, allowAnyHost: false });
const open = new DevAuthenticator({ ...config, allowAnyHost: true });
const dev = { sub: 'dev', email: 'ada.l@example.com', name: 'ada.l', avatarUrl: null };

describe('DevAuthenticator', () => {
  it.each([
    ['127.0.0.1', 'localhost:8080'],
    ['127.0.0.1', 'LOCALHOST'],
    ['127.0.0.9', '127.0.0.1:1'],
    ['::1', '[::1]:8080'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
  ])('accepts a request from %s to the host %s', async (address, host) => {
    await expect(strict.authenticate(requestFrom(address, host))).resolves.toEqual(dev);
  });

  it.each([
    'photos.example',
    'localhost.photos.example:8080',
    'photos.example:8080#localhost',
    'localhost@photos.example',
    '127.0.0.1.nip.io',
    '0.0.0.0:8080',
    '::1',
    'localhost:',
    'localhost:8080, photos.example',
    '',
    undefined,
  ])('refuses the host %s unless any host is allowed', async (host) => {
    const request = requestFrom('127.0.0.1', host);
    await expect(strict.authenticate(request)).rejects.toThrow(ForbiddenError);
    await expect(strict.authenticate(request)).rejects.toThrow('DEV_ALLOW_ANY_HOST=true');
    await expect(open.authenticate(request)).resolves.toEqual(dev);
  });

  it.each(['10.0.0.7', '::2', '::ffff:10.0.0.7', '', undefined])(
    'refuses a request from the address %s unless any host is allowed',
    async (address) => {
      const request = requestFrom(address, 'localhost:8080');
      await expect(strict.authenticate(request)).rejects.toThrow(UnauthenticatedError);
      await expect(open.authenticate(request)).resolves.toEqual(dev);
    },
  );
});
