import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type AuditEvent, AuditLog } from './audit-log.ts';
import { LOGGER } from './logging.module.ts';
import { loggedPath } from './redact.ts';

/** Writes the audit log among the other lines, each marked `"audit": true`. */
@Injectable()
export class PinoAuditLog extends AuditLog {
  readonly #logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    super();
    this.#logger = logger.child({ audit: true }, { level: logger.level === 'silent' ? 'silent' : 'info' });
  }

  override record(event: AuditEvent): void {
    const path = typeof event['path'] === 'string' && { path: loggedPath(event['path']) };
    // A userId that is left out must not hide the one that the logger knows.
    const { userId, ...rest } = event;
    this.#logger.info({ ...rest, ...path, ...(userId !== undefined && { userId }) }, 'audit');
  }
}
