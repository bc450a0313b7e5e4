import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.ts';
import { LoggingModule } from './logging.module.ts';
import { PinoAuditLog } from './pino-audit-log.ts';

/** Logs, request ids and the audit log, for every room. CONFIG has to be global. */
@Global()
@Module({
  imports: [LoggingModule],
  providers: [{ provide: AuditLog, useClass: PinoAuditLog }],
  exports: [AuditLog, LoggingModule],
})
export class ObservabilityModule {}
