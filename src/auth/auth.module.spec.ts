import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CONFIG, loadConfig } from '../config/config.ts';
import { AuthModule } from './auth.module.ts';
import { Authenticator } from './authenticator.ts';
import { DevAuthenticator } from './dev-authenticator.ts';
import { ProxyAuthenticator } from './proxy-authenticator.ts';
import { RateLimiter } from './rate-limit.ts';

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
  ])('identifies people as %o says', async (environment, expected) => {
    const module = await compile(environment);
    expect(module.get(Authenticator)).toBeInstanceOf(expected);
    await module.close();
  });

  it('counts operations in the process', async () => {
    const module = await compile({ RATE_LIMIT_PER_MINUTE: '1' });
    const limiter = module.get(RateLimiter);
    expect((await limiter.hit('ada')).allowed).toBe(true);
    expect((await limiter.hit('ada')).allowed).toBe(false);
    await module.close();
  });
});
