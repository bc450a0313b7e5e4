import { Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream, Logger } from 'pino';
import { CONFIG, type Config } from '../config/config.ts';
import { createLogger, standardOutput } from './logger.ts';
import { requestLogger, requestLogOptions } from './request-logger.ts';

/** The injection token of the stream that log lines are written to. */
export const LOG_DESTINATION = Symbol('LogDestination');

/** The injection token of the pino Logger that every line comes from. */
export const LOGGER = Symbol('Logger');

/** The injection token of the Express middleware that the app mounts first. */
export const REQUEST_LOGGER = Symbol('RequestLogger');

/**
 * Nest's `Logger` and nestjs-pino's `PinoLogger` write through one pino logger. Nest mounts the middleware of modules
 * after the app's own, too late for what is refused early; hence REQUEST_LOGGER, and `useExisting` here.
 */
@Global()
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [LOGGER],
      useFactory: (logger: Logger) => ({ pinoHttp: requestLogOptions(logger), useExisting: true }),
    }),
  ],
  providers: [
    { provide: LOG_DESTINATION, inject: [CONFIG], useFactory: standardOutput },
    {
      provide: LOGGER,
      inject: [CONFIG, LOG_DESTINATION],
      useFactory: (config: Config, out: DestinationStream) => createLogger(config, out),
    },
    { provide: REQUEST_LOGGER, inject: [LOGGER], useFactory: requestLogger },
  ],
  exports: [LOGGER, REQUEST_LOGGER],
})
export class LoggingModule {}
