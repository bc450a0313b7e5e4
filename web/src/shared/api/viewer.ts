import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { execute } from './execute.ts';
import {
  type SettingsPatch,
  StillThereDocument,
  UpdateSettingsDocument,
  ViewerDocument,
  type ViewerQuery,
} from './generated/graphql.ts';
import { queryClient } from './query-client.ts';
import { send } from './send.ts';

export type Viewer = ViewerQuery['viewer'];
export type ServerInfo = ViewerQuery['serverInfo'];
export type Settings = Viewer['settings'];

/** Who is signed in, their settings and storage, and what the service says of itself. */
export const viewerQuery = queryOptions({
  queryKey: ['viewer'],
  queryFn: ({ signal }) => execute(ViewerDocument, {}, { signal }),
  staleTime: Infinity,
  gcTime: Infinity,
});

/** Undefined until it is known. */
export function useViewer(): Viewer | undefined {
  return useQuery(viewerQuery).data?.viewer;
}

/** Undefined until it is known; never asked again, so it is there when the session has expired. */
export function useServerInfo(): ServerInfo | undefined {
  return useQuery(viewerQuery).data?.serverInfo;
}

/** Whether the service knows who asks. */
export async function isSignedIn(): Promise<boolean> {
  try {
    await send(StillThereDocument, {});
    return true;
  } catch {
    return false;
  }
}

/** Changes settings at once, and takes them back where the service does not. */
export function useUpdateSettings() {
  return useMutation({
    mutationFn: (patch: SettingsPatch) => execute(UpdateSettingsDocument, { patch }),
    onMutate: (patch) => {
      const before = queryClient.getQueryData(viewerQuery.queryKey);
      patchViewer((viewer) => ({ ...viewer, settings: { ...viewer.settings, ...present(patch) } }));
      return before;
    },
    onError: (_error, _patch, before) => queryClient.setQueryData(viewerQuery.queryKey, before),
    onSuccess: ({ updateSettings: answer }, _patch, before) => {
      if (answer.__typename === 'Settings') patchViewer((viewer) => ({ ...viewer, settings: answer }));
      else queryClient.setQueryData(viewerQuery.queryKey, before);
    },
  });
}

/** Writes what is known of the viewer, where it is known. */
export function patchViewer(change: (viewer: Viewer) => Viewer): void {
  queryClient.setQueryData(
    viewerQuery.queryKey,
    (known) => known && { ...known, viewer: change(known.viewer) },
  );
}

function present(patch: SettingsPatch): Partial<Settings> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value != null));
}
