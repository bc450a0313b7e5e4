import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type AuditEvent, AuditLog } from './audit-log.ts';
import { LOGGER } from './logging.module.ts';
import { loggedPath } from './redact.ts';

/** Writes the audit log as lines of the normal log that are marked with `"audit": true`. */
@Injectable()
export class PinoAuditLog extends AuditLog {
  readonly #logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    super();
    this.#logger = logger.child({ audit: true }, { level: logger.level === 'silent' ? 'silent' : 'info' });
  }

  override record(event: AuditEvent): void {
    const path = typeof event['path'] === 'string' && { path: loggedPath(event['path']) };
    // An undefined userId must not replace the one that the logger adds from the current request.
    const { userId, ...rest } = event;
    this.#logger.info({ ...rest, ...path, ...(userId !== undefined && { userId }) }, 'audit');
  }
}
