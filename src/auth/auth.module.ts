import { Module } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { CONFIG, type Config } from '../config/config.ts';
import { Authenticator } from './authenticator.ts';
import { DevAuthenticator } from './dev-authenticator.ts';
import { ProxyAuthenticator } from './proxy-authenticator.ts';
import { RateLimiter } from './rate-limit.ts';

const COUNTERS = Symbol('Counters');

/** Counts in this process. The package is CommonJS that requires Nest, so it is loaded when Nest itself is. */
async function countersInProcess(): Promise<ThrottlerStorage> {
  const { ThrottlerStorageService } = await import('@nestjs/throttler');
  return new ThrottlerStorageService();
}

/** Who sends requests and how many they may send. CONFIG has to be global. */
@Module({
  providers: [
    {
      provide: Authenticator,
      inject: [CONFIG],
      useFactory: ({ auth }: Config) =>
        auth.mode === 'dev' ? new DevAuthenticator(auth) : new ProxyAuthenticator(auth),
    },
    { provide: COUNTERS, useFactory: countersInProcess },
    {
      provide: RateLimiter,
      inject: [CONFIG, COUNTERS],
      useFactory: (config: Config, counters: ThrottlerStorage) => new RateLimiter(config, counters),
    },
  ],
  exports: [Authenticator, RateLimiter],
})
export class AuthModule {}
