import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CONFIG, loadConfig } from '../config/config.ts';
import { RateLimiter } from './rate-limit.ts';
import { RateLimitModule } from './rate-limit.module.ts';

it('RateLimitModule counts the operations of each user in the process', async () => {
  const config = loadConfig({ RATE_LIMIT_PER_MINUTE: '1' });
  @Module({ providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] })
  class ConfigModule {}
  const module = await Test.createTestingModule({
    imports: [{ module: ConfigModule, global: true }, RateLimitModule],
  }).compile();
  const limiter = module.get(RateLimiter);
  expect((await limiter.hit('ada')).allowed).toBe(true);
  expect((await limiter.hit('ada')).allowed).toBe(false);
  expect((await limiter.hit('eve')).allowed).toBe(true);
  await module.close();
});
