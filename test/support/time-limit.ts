import { runInNewContext } from 'node:vm';

/**
 * Much longer than any machine needs for linear work, much shorter than superlinear work takes on the same input.
 */
const LIMIT_MS = 40_000;

/**
 * Runs `work`, which must be synchronous, and returns its result. Interrupts it after 40 seconds, so that the test
 * fails instead of blocking the whole run. Jest's own timeout cannot interrupt synchronous code.
 *
 * @throws Error if the time limit is exceeded.
 */
export function withTimeLimit<T>(work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: LIMIT_MS }) as T;
}
