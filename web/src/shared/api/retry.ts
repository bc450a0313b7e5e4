import { ApiError } from './api-error.ts';

const ATTEMPTS = 3;
const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Whether to ask again after so many failures. What nobody received is asked until somebody is there. */
export function retry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.kind === 'offline') return true;
  return (error.kind === 'fault' || error.kind === 'rate-limited') && failures < ATTEMPTS - 1;
}

/** Milliseconds until it is asked again: what the service says, else longer each time. */
export function retryDelay(failures: number, error: Error): number {
  if (error instanceof ApiError && error.retryAfterMs > 0) return error.retryAfterMs;
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS);
}
