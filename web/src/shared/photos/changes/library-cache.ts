import type { Query } from '@tanstack/react-query';
import { LIBRARY, queryClient } from '../../api/query-client.ts';
import type { PhotoPatch } from '../../api/generated/graphql.ts';

/** What becomes of photos, before the service has said that it did. */
export interface PhotoChange {
  ids: ReadonlySet<string>;
  patch?: PhotoPatch;
  /** They leave what is shown: into the trash, or out of it. */
  removed?: boolean;
}

type Applier = (query: Query, change: PhotoChange) => void;
const appliers = new Map<string, Applier>();

/**
 * Says how an answer in the cache looks after a change. A query whose key is `['library', kind, ...]` is written by the
 * applier of its kind; one without is asked again.
 */
export function applyChangesTo<Data>(kind: string, apply: (data: Data, change: PhotoChange) => Data): void {
  appliers.set(kind, ({ queryKey, state }, change) => {
    queryClient.setQueryData<Data>(queryKey, (data) => data && apply(data, change), {
      updatedAt: state.dataUpdatedAt,
    });
  });
}

/** Shows a change everywhere at once. */
export function showChange(change: PhotoChange): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: [LIBRARY] })) {
    const apply = appliers.get(String(query.queryKey[1]));
    apply?.(query, change);
  }
}

/** Has everything that shows photos asked again. */
export function refreshLibrary(): void {
  void queryClient.invalidateQueries({ queryKey: [LIBRARY] });
}
