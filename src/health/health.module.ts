import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseModule } from '../database/database.module.ts';
import { ImagesModule } from '../images/images.module.ts';
import { StorageModule } from '../storage/storage.module.ts';
import { DatabaseHealth } from './database.health.ts';
import { DependencyCheck } from './dependency-check.ts';
import { HealthController } from './health.controller.ts';
import { ImagesHealth } from './images.health.ts';
import { Readiness } from './readiness.ts';
import { StorageHealth } from './storage.health.ts';

/** Health probes. They need no identity, so authentication must not be applied to /health/. */
@Module({
  imports: [TerminusModule, DatabaseModule, StorageModule, ImagesModule],
  controllers: [HealthController],
  providers: [DependencyCheck, DatabaseHealth, StorageHealth, ImagesHealth, Readiness],
  exports: [Readiness],
})
export class HealthModule {}
