import { Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream, Logger } from 'pino';
import { CONFIG, type Config } from '../config/config.ts';
import { createLogger, standardOutput } from './logger.ts';
import { requestLogger, requestLogOptions } from './request-logger.ts';

/** Injection token of the stream to which log lines are written. */
export const LOG_DESTINATION = Symbol('LogDestination');

/** Injection token of the pino Logger that writes every line. */
export const LOGGER = Symbol('Logger');

/** Injection token of the Express middleware that the app must mount first. */
export const REQUEST_LOGGER = Symbol('RequestLogger');

/**
 * Makes Nest's `Logger` and nestjs-pino's `PinoLogger` write through one pino logger. Nest mounts the middleware of
 * modules after that of the app, so it would not log requests that are rejected early. Therefore the app mounts
 * REQUEST_LOGGER itself, and `useExisting` is set here.
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
