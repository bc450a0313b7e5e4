import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '../../shared/api/execute.ts';
import {
  SearchDocument,
  type SearchQuery,
  WordsToSearchDocument,
} from '../../shared/api/generated/graphql.ts';
import { LIBRARY, queryClient } from '../../shared/api/query-client.ts';

export type Found = SearchQuery['photos']['nodes'][number];

/** Photos in which all the words occur, page by page. An answer that nobody waits for any more is not waited for. */
export function searchQuery(words: string, pageSize: number) {
  return infiniteQueryOptions({
    queryKey: [LIBRARY, 'search', words, pageSize],
    queryFn: async ({ signal, pageParam }) =>
      (await execute(SearchDocument, { words, first: pageSize, after: pageParam }, { signal })).photos,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    placeholderData: keepPreviousData,
    enabled: words !== '',
  });
}

/** Reads the next page of photos that were found, where there is one, and gives all that have been read. */
export async function readOn(words: string, pageSize: number): Promise<Found[]> {
  const { queryKey } = searchQuery(words, pageSize);
  const last = queryClient.getQueryData(queryKey)?.pages.at(-1)?.pageInfo;
  if (last?.hasNextPage) {
    const after = last.endCursor;
    const { photos } = await execute(SearchDocument, { words, first: pageSize, after });
    queryClient.setQueryData(queryKey, (known) =>
      // The results may have been read on, or anew, meanwhile.
      known?.pages.at(-1)?.pageInfo.endCursor === after
        ? { pages: [...known.pages, photos], pageParams: [...known.pageParams, after] }
        : known,
    );
  }
  return queryClient.getQueryData(queryKey)?.pages.flatMap(({ nodes }) => nodes) ?? [];
}

/** The tags that are there, the most used first: words that will find something. */
export const wordsQuery = queryOptions({
  queryKey: [LIBRARY, 'tags'],
  queryFn: async ({ signal }) => (await execute(WordsToSearchDocument, {}, { signal })).tags,
});
