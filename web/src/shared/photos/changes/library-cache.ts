import type { Query } from '@tanstack/react-query';
import { LIBRARY, queryClient } from '../../api/query-client.ts';
import type { PhotoPatch } from '../../api/generated/graphql.ts';

/** A change of photos that is shown before the service has confirmed it. */
export interface PhotoChange {
  ids: ReadonlySet<string>;
  patch?: PhotoPatch;
  /** The photos leave the lists that are shown, because they are moved to the trash or restored from it. */
  removed?: boolean;
}

type Applier = (query: Query, change: PhotoChange) => void;
const appliers = new Map<string, Applier>();

/**
 * Registers a function that applies changes to the cached results of the queries with the key `['library', kind, ...]`. The
 * results of other kinds stay unchanged until they are refreshed.
 */
export function applyChangesTo<Data>(kind: string, apply: (data: Data, change: PhotoChange) => Data): void {
  appliers.set(kind, ({ queryKey, state }, change) => {
    queryClient.setQueryData<Data>(queryKey, (data) => data && apply(data, change), {
      updatedAt: state.dataUpdatedAt,
    });
  });
}

/** Applies a change to all cached results, so that it is shown immediately. */
export function showChange(change: PhotoChange): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: [LIBRARY] })) {
    const apply = appliers.get(String(query.queryKey[1]));
    apply?.(query, change);
  }
}

/** Refreshes all queries about photos. */
export function refreshLibrary(): void {
  void queryClient.invalidateQueries({ queryKey: [LIBRARY] });
}
