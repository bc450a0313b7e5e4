import { QueryClient } from '@tanstack/react-query';
import { kindOf } from './api-error.ts';
import { retry, retryDelay } from './retry.ts';

/** Everything whose key begins so is asked again when the library changes. */
export const LIBRARY = 'library';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // TanStack Query pauses what waits for a connection.
      retry,
      retryDelay,
      // libraryChanged tells what is no longer true; time alone makes little stale.
      staleTime: 5 * 60_000,
      gcTime: 15 * 60_000,
      throwOnError: (error, query) => query.state.data === undefined && kindOf(error) !== 'signed-out',
    },
    mutations: { retry, retryDelay },
  },
});
