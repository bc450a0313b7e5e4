import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseHealth } from './database.health.ts';
import { DependencyCheck } from './dependency-check.ts';
import { HealthController } from './health.controller.ts';
import { ImagesHealth } from './images.health.ts';
import { Readiness } from './readiness.ts';
import { StorageHealth } from './storage.health.ts';

/** The probes. Database, ObjectStore and ImageProcessor have to be global. */
@Module({
  imports: [TerminusModule],
  controllers: [HealthController],
  providers: [DependencyCheck, DatabaseHealth, StorageHealth, ImagesHealth, Readiness],
  exports: [Readiness],
})
export class HealthModule {}
