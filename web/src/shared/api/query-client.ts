import { QueryClient } from '@tanstack/react-query';
import { kindOf } from './api-error.ts';
import { retry, retryDelay } from './retry.ts';

/** The first part of the key of each query that is refreshed when the library changes. */
export const LIBRARY = 'library';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Without a connection, TanStack Query pauses the retries.
      retry,
      retryDelay,
      // The subscription libraryChanged reports most changes, so data can stay fresh for long.
      staleTime: 5 * 60_000,
      gcTime: 15 * 60_000,
      throwOnError: (error, query) => query.state.data === undefined && kindOf(error) !== 'signed-out',
    },
    mutations: { retry, retryDelay },
  },
});
