import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { build as pretty } from 'pino-pretty';
import type { Config } from '../config/config.ts';
import { serializeError } from './error-serializer.ts';
import { redact } from './redact.ts';
import { requestFields } from './request-context.ts';

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity */
const SEVERITY: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/** Standard output: JSON lines in production, lines for a reader in development. */
export function standardOutput(config: Pick<Config, 'production'>): DestinationStream {
  return config.production
    ? pino.destination({ fd: 1, sync: true })
    : pretty({ messageKey: 'message', ignore: 'pid,hostname,severity', singleLine: true, sync: true });
}

/** The one logger: a line is JSON, says which request it belongs to, and holds nothing that looks like a secret. */
export function createLogger(config: Pick<Config, 'logLevel'>, destination: DestinationStream): Logger {
  return pino(
    {
      level: config.logLevel,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level, severity: SEVERITY[level] }) },
      serializers: { err: serializeError, error: serializeError, context: contextOf },
      mixin: () => requestFields(),
      hooks: { streamWrite: redact },
    },
    destination,
  );
}

/** Nest takes the last argument of a call for its context, an error included. */
function contextOf(context: unknown): unknown {
  return typeof context === 'string' ? context : serializeError(context);
}
