import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '../../shared/api/execute.ts';
import {
  SearchDocument,
  type SearchQuery,
  WordsToSearchDocument,
} from '../../shared/api/generated/graphql.ts';
import { LIBRARY, queryClient } from '../../shared/api/query-client.ts';

export type FoundPhoto = SearchQuery['photos']['nodes'][number];

/** The photos that contain all words, in pages. A request is aborted if its result is no longer needed. */
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

/** Loads the next page of a search, if there is one. Returns all photos loaded so far. @throws ApiError */
export async function loadMore(words: string, pageSize: number): Promise<FoundPhoto[]> {
  const { queryKey } = searchQuery(words, pageSize);
  const last = queryClient.getQueryData(queryKey)?.pages.at(-1)?.pageInfo;
  if (last?.hasNextPage) {
    const after = last.endCursor;
    const { photos } = await execute(SearchDocument, { words, first: pageSize, after });
    queryClient.setQueryData(queryKey, (known) =>
      // While this request ran, the search may have been repeated, or another request may have added the page.
      known?.pages.at(-1)?.pageInfo.endCursor === after
        ? { pages: [...known.pages, photos], pageParams: [...known.pageParams, after] }
        : known,
    );
  }
  return queryClient.getQueryData(queryKey)?.pages.flatMap(({ nodes }) => nodes) ?? [];
}

/** The tags of the library, most used first. */
export const tagsQuery = queryOptions({
  queryKey: [LIBRARY, 'tags'],
  queryFn: async ({ signal }) => (await execute(WordsToSearchDocument, {}, { signal })).tags,
});
