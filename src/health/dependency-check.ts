import { once } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { type HealthCheckAttempt, HealthIndicatorService } from '@nestjs/terminus';

/** Together less than the 5 s in which a fault shows: a result from just before it, then a check that hangs. */
const CACHE_MS = 2000;
const TIMEOUT_MS = 2000;

/**
 * Asks what the service depends on whether it works. Probes need no sign-in, so however many come, a dependency is asked
 * once at a time and at most every two seconds, and an answer says no more than up or down, and the word that an
 * engine has for its fault; why is in the log.
 */
@Injectable()
export class DependencyCheck {
  readonly #logger = new Logger('Health');

  constructor(private readonly indicators: HealthIndicatorService) {}

  /** Up when `ask` resolves within two seconds. */
  attempt<Name extends string>(name: Name, ask: () => Promise<void>): HealthCheckAttempt<Name> {
    return this.indicators
      .check(name)
      .attempt(({ signal }) => this.#ask(name, ask, signal))
      .withTimeout(TIMEOUT_MS)
      .cacheFor(CACHE_MS);
  }

  async #ask(name: string, ask: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await Promise.race([
        ask(),
        once(signal, 'abort').then(() => {
          throw new Error(`no answer within ${TIMEOUT_MS} ms`);
        }),
      ]);
    } catch (error) {
      this.#logger.error({ message: `${name} is down`, err: error });
      // The message is what a probe is told.
      throw new Error(`unavailable${faultIn(error)}`, { cause: error });
    }
  }
}

/** A word out of a list, never a message. */
function faultIn(error: unknown): string {
  const fault = error instanceof Error && 'fault' in error ? error.fault : null;
  return typeof fault === 'string' && /^[a-z-]{1,32}$/.test(fault) ? `: ${fault}` : '';
}
