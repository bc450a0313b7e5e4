import { Module } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { CONFIG, type Config } from '../config/config.ts';
import { RateLimiter } from './rate-limit.ts';

/** Injection token of the ThrottlerStorage that stores the counters. */
const COUNTERS = Symbol('Counters');

/**
 * Creates counters in the memory of this process. The package is CommonJS and requires Nest, so it is imported only
 * when Nest is loaded.
 */
async function inProcessCounters(): Promise<ThrottlerStorage> {
  const { ThrottlerStorageService } = await import('@nestjs/throttler');
  return new ThrottlerStorageService();
}

/** Limits the operations of each user. CONFIG must be global. */
@Module({
  providers: [
    { provide: COUNTERS, useFactory: inProcessCounters },
    {
      provide: RateLimiter,
      inject: [CONFIG, COUNTERS],
      useFactory: (config: Config, counters: ThrottlerStorage) => new RateLimiter(config, counters),
    },
  ],
  exports: [RateLimiter],
})
export class RateLimitModule {}
