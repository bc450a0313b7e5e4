import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { DatabaseHealth } from './database.health.ts';
import { ImagesHealth } from './images.health.ts';
import { StorageHealth } from './storage.health.ts';

/** What a probe is told. Anything but `ok` is answered with 503. */
export interface HealthReport {
  status: 'ok' | 'starting' | 'error' | 'draining';
  /** Of each dependency its state, and the milliseconds it took to find out. */
  details?: HealthIndicatorResult;
}

/** Whether the service takes requests: not before it has booted, nor without what it depends on, nor while it stops. */
@Injectable()
export class Readiness implements OnApplicationBootstrap, OnModuleDestroy {
  #phase: 'starting' | 'booted' | 'draining' = 'starting';
  #wasReady = false;

  constructor(
    private readonly database: DatabaseHealth,
    private readonly storage: StorageHealth,
    private readonly images: ImagesHealth,
  ) {}

  onApplicationBootstrap(): void {
    if (this.#phase === 'starting') this.#phase = 'booted';
  }

  onModuleDestroy(): void {
    this.drain();
  }

  /** From now on not ready, so that no new request is sent here; there is no way back. */
  drain(): void {
    this.#phase = 'draining';
  }

  /** Whether requests can be served now. */
  async ready(): Promise<HealthReport> {
    if (this.#phase !== 'booted') return { status: this.#phase };
    const results = await Promise.all([this.database.check(), this.storage.check(), this.images.check()]);
    const details: HealthIndicatorResult = Object.assign({}, ...results);
    if (this.#phase !== 'booted') return { status: this.#phase, details };
    const up = Object.values(details).every(({ status }) => status === 'up');
    this.#wasReady ||= up;
    return { status: up ? 'ok' : 'error', details };
  }

  /** Whether the service has been ready once; what fails later is no longer a matter of starting. */
  async started(): Promise<HealthReport> {
    return this.#wasReady ? { status: 'ok' } : this.ready();
  }
}
