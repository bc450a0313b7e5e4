import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { DatabaseHealth } from './database.health.ts';
import { ImagesHealth } from './images.health.ts';
import { StorageHealth } from './storage.health.ts';

/** Response body of a probe. Every status except `ok` is sent with HTTP status 503. */
export interface HealthReport {
  status: 'ok' | 'starting' | 'error' | 'draining';
  /** State of each dependency, and the duration of its check in milliseconds. */
  details?: HealthIndicatorResult;
}

/** The service is ready after it has booted, while all dependencies work, and until it begins to stop. */
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

  /** Makes the service not ready permanently, so that it receives no new requests. */
  drain(): void {
    this.#phase = 'draining';
  }

  /** Checks the dependencies and reports whether the service can handle requests. */
  async ready(): Promise<HealthReport> {
    if (this.#phase !== 'booted') return { status: this.#phase };
    const results = await Promise.all([this.database.check(), this.storage.check(), this.images.check()]);
    const details: HealthIndicatorResult = Object.assign({}, ...results);
    if (this.#phase !== 'booted') return { status: this.#phase, details };
    const up = Object.values(details).every(({ status }) => status === 'up');
    this.#wasReady ||= up;
    return { status: up ? 'ok' : 'error', details };
  }

  /** Reports whether the service has ever been ready. Later failures do not affect this. */
  async started(): Promise<HealthReport> {
    return this.#wasReady ? { status: 'ok' } : this.ready();
  }
}
