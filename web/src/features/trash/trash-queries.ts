import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import { execute } from '../../shared/api/execute.ts';
import {
  TrashedIdsDocument,
  type TrashedIdsQuery,
  TrashedPhotosDocument,
  type TrashedPhotosQuery,
} from '../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../shared/api/query-client.ts';
import { applyChangesTo, type PhotoChange } from '../../shared/photos/changes/library-cache.ts';

type TrashPages = InfiniteData<TrashedPhotosQuery['photos'], string | null>;
export type TrashedPhoto = TrashedPhotosQuery['photos']['nodes'][number];

/** What lies in the trash, 200 at a time. */
export const trashQuery = infiniteQueryOptions({
  queryKey: [LIBRARY, 'trash'],
  queryFn: async ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
    (await execute(TrashedPhotosDocument, { after: pageParam }, { signal })).photos,
  initialPageParam: firstPage(),
  getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
});

/** Named by its type: the literal null would be the only one that the options take. */
function firstPage(): string | null {
  return null;
}

/** The ids of all that lies in the trash. */
export async function allTrashedIds(): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { photos }: TrashedIdsQuery = await execute(TrashedIdsDocument, { after });
    ids.push(...photos.nodes.map(({ id }) => id));
    after = photos.pageInfo.hasNextPage ? photos.pageInfo.endCursor : null;
  } while (after !== null);
  return ids;
}

function takeOut(data: TrashPages, { ids, removed = false }: PhotoChange): TrashPages {
  if (!removed) return data;
  const gone = data.pages.flatMap(({ nodes }) => nodes).filter(({ id }) => ids.has(id)).length;
  const pages = data.pages.map((page) => ({
    ...page,
    nodes: page.nodes.filter(({ id }) => !ids.has(id)),
    totalCount: Math.max(page.totalCount - gone, 0),
  }));
  return { ...data, pages };
}

applyChangesTo('trash', takeOut);
