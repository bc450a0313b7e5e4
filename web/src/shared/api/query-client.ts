import { QueryClient } from '@tanstack/react-query';
import { ApiError, kindOf } from './api-error.ts';

const ATTEMPTS = 3;

/** Whether to ask again. What nobody received is asked until somebody is there; TanStack Query pauses it meanwhile. */
function retry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.kind === 'offline') return true;
  return (error.kind === 'fault' || error.kind === 'rate-limited') && failures < ATTEMPTS - 1;
}

function retryDelay(failures: number, error: Error): number {
  if (error instanceof ApiError && error.kind === 'rate-limited') return error.retryAfterMs;
  return Math.min(500 * 2 ** failures, 8_000);
}

/** Everything whose key begins so is asked again when the library changes. */
export const LIBRARY = 'library';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry,
      retryDelay,
      // libraryChanged tells what is no longer true; time alone makes little stale.
      staleTime: 5 * 60_000,
      gcTime: 15 * 60_000,
      throwOnError: (error, query) => query.state.data === undefined && kindOf(error) !== 'signed-out',
    },
    mutations: {
      retry: (failures, error) => kindOf(error) !== 'refused' && retry(failures, error),
      retryDelay,
    },
  },
});
