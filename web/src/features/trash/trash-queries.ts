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

/** The photos in the trash, in pages of 200. */
export const trashQuery = infiniteQueryOptions({
  queryKey: [LIBRARY, 'trash'],
  queryFn: async ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
    (await execute(TrashedPhotosDocument, { after: pageParam }, { signal })).photos,
  initialPageParam: firstPage(),
  getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
});

/** Returns null as `string | null`. From the literal, TypeScript would infer that every page parameter is null. */
function firstPage(): string | null {
  return null;
}

/** Returns the ids of all photos in the trash. @throws ApiError */
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

function withoutRemoved(data: TrashPages, { ids, removed = false }: PhotoChange): TrashPages {
  if (!removed) return data;
  const gone = data.pages.flatMap(({ nodes }) => nodes).filter(({ id }) => ids.has(id)).length;
  const pages = data.pages.map((page) => ({
    ...page,
    nodes: page.nodes.filter(({ id }) => !ids.has(id)),
    totalCount: Math.max(page.totalCount - gone, 0),
  }));
  return { ...data, pages };
}

applyChangesTo('trash', withoutRemoved);
