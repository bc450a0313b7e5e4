import { once } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { type HealthCheckAttempt, HealthIndicatorService } from '@nestjs/terminus';

/** A fault is reported after at most CACHE_MS + TIMEOUT_MS, which must be less than 5 s. */
const CACHE_MS = 2000;
const TIMEOUT_MS = 2000;

/**
 * Checks whether a dependency works. Probes need no sign-in. Therefore each dependency is checked at most once
 * every two seconds regardless of the number of probes, without concurrent checks, and the result contains only
 * `up` or `down` and the engine's keyword for the fault. The error itself is logged.
 */
@Injectable()
export class DependencyCheck {
  readonly #logger = new Logger('Health');

  constructor(private readonly indicators: HealthIndicatorService) {}

  /** Reports `up` if `check` resolves within two seconds. */
  attempt<Name extends string>(name: Name, check: () => Promise<void>): HealthCheckAttempt<Name> {
    return this.indicators
      .check(name)
      .attempt(({ signal }) => this.#run(name, check, signal))
      .withTimeout(TIMEOUT_MS)
      .cacheFor(CACHE_MS);
  }

  async #run(name: string, check: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await Promise.race([
        check(),
        once(signal, 'abort').then(() => {
          throw new Error(`no response within ${TIMEOUT_MS} ms`);
        }),
      ]);
    } catch (error) {
      this.#logger.error({ message: `${name} is down`, err: error });
      // The probe's response contains this message.
      throw new Error(`unavailable${faultKeyword(error)}`, { cause: error });
    }
  }
}

/** Returns the keyword of an engine's fault, such as `forbidden`, but never an error message. */
function faultKeyword(error: unknown): string {
  const fault = error instanceof Error && 'fault' in error ? error.fault : null;
  return typeof fault === 'string' && /^[a-z-]{1,32}$/.test(fault) ? `: ${fault}` : '';
}
