import { ApiError } from './api-error.ts';

const ATTEMPTS = 3;
const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Whether to repeat a request after a number of failures. A request that did not reach the service is always repeated. */
export function retry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.kind === 'offline') return true;
  return (error.kind === 'fault' || error.kind === 'rate-limited') && failures < ATTEMPTS - 1;
}

/** Milliseconds before the repetition: the time that the service requests, otherwise longer after each failure. */
export function retryDelay(failures: number, error: Error): number {
  if (error instanceof ApiError && error.retryAfterMs > 0) return error.retryAfterMs;
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS);
}
