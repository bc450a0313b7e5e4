import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CONFIG, loadConfig } from '../config/config.ts';
import { AuthModule } from './auth.module.ts';
import { Authenticator } from './authenticator.ts';
import { DevAuthenticator } from './dev-authenticator.ts';
import { ProxyAuthenticator } from './proxy-authenticator.ts';

async function compile(environment: NodeJS.ProcessEnv) {
  @Module({ providers: [{ provide: CONFIG, useValue: loadConfig(environment) }], exports: [CONFIG] })
  class ConfigModule {}
  return Test.createTestingModule({
    imports: [{ module: ConfigModule, global: true }, AuthModule],
  }).compile();
}

const proxy = {
  AUTH_AUDIENCE: 'us',
  AUTH_HEADER: 'X-Assertion',
  AUTH_ISSUER: 'them',
  AUTH_JWKS_URL: 'https://them.test/keys',
};

describe('AuthModule', () => {
  it.each([
    [{}, DevAuthenticator],
    [{ AUTH_MODE: 'iap', AUTH_AUDIENCE: 'us' }, ProxyAuthenticator],
    [{ AUTH_MODE: 'proxy', ...proxy }, ProxyAuthenticator],
  ])('chooses the authenticator for %o', async (environment, expected) => {
    const module = await compile(environment);
    expect(module.get(Authenticator)).toBeInstanceOf(expected);
    await module.close();
  });
});
