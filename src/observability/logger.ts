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

/** Returns a stream to standard output: JSON lines in production, human-readable lines in development. */
export function standardOutput(config: Pick<Config, 'production'>): DestinationStream {
  return config.production
    ? pino.destination({ fd: 1, sync: true })
    : pretty({ messageKey: 'message', ignore: 'pid,hostname,severity', singleLine: true, sync: true });
}

/** Creates the process's logger. Lines are JSON, contain the fields of their request, and have secrets redacted. */
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

/** Nest treats the last argument of a call as the context, even if it is an error. */
function contextOf(context: unknown): unknown {
  return typeof context === 'string' ? context : serializeError(context);
}
