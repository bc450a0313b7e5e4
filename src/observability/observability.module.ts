import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.ts';
import { LoggingModule } from './logging.module.ts';
import { PinoAuditLog } from './pino-audit-log.ts';

/** Provides logging, request IDs and the audit log to all modules. CONFIG must be global. */
@Global()
@Module({
  imports: [LoggingModule],
  providers: [{ provide: AuditLog, useClass: PinoAuditLog }],
  exports: [AuditLog, LoggingModule],
})
export class ObservabilityModule {}
