import { runInNewContext } from 'node:vm';

/** Far more than any machine needs for work in proportion to its input, far less than what is not in proportion takes. */
const LIMIT_MS = 40_000;

/**
 * What `work` gives. Jest's own limit cannot interrupt what never comes back to the event loop; this one can, and so makes a
 * failed test of what would be a run that hangs.
 */
export function endsSoon<T>(work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: LIMIT_MS }) as T;
}
