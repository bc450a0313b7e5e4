import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { clearLocalOfOthers } from '../local-storage/local-storage.ts';
import { type ApiErrorKind, kindOf } from './api-error.ts';
import { type Identity, reportConnection } from './connection.ts';
import { execute } from './execute.ts';
import {
  type SettingsPatch,
  UpdateSettingsDocument,
  ViewerDocument,
  ViewerIdDocument,
  type ViewerQuery,
} from './generated/graphql.ts';
import { queryClient } from './query-client.ts';
import { send } from './send.ts';
import { withFields } from './settings-fields.ts';

export type Viewer = ViewerQuery['viewer'];
export type ServerInfo = ViewerQuery['serverInfo'];
export type Settings = Viewer['settings'];

/** The signed-in user with settings and storage, and facts about the server. */
export const viewerQuery = queryOptions({
  queryKey: ['viewer'],
  queryFn: async ({ signal }) => {
    const data = await execute(ViewerDocument, {}, { signal });
    clearLocalOfOthers(data.viewer.id);
    return data;
  },
  staleTime: Infinity,
  gcTime: Infinity,
});

/** The signed-in user; undefined until loaded. */
export function useViewer(): Viewer | undefined {
  return useQuery(viewerQuery).data?.viewer;
}

/** Facts about the server; undefined until loaded. Stays in the cache, so that it is available after the session has expired. */
export function useServerInfo(): ServerInfo | undefined {
  return useQuery(viewerQuery).data?.serverInfo;
}

/** Requests the signed-in user, and compares it with the one whose photos are shown. */
export async function fetchIdentity(): Promise<Identity> {
  try {
    const { viewer } = await send(ViewerIdDocument, {});
    const shown = queryClient.getQueryData(viewerQuery.queryKey)?.viewer.id ?? viewer.id;
    return viewer.id === shown ? 'same' : 'other';
  } catch {
    return 'unknown';
  }
}

/** Sends a small request and reports the state of the connection. Returns the kind of the error, or null. */
export async function checkConnection(): Promise<ApiErrorKind | null> {
  try {
    await send(ViewerIdDocument, {});
    reportConnection(null);
    return null;
  } catch (error) {
    reportConnection(error);
    return kindOf(error);
  }
}

/** Shows a change of settings immediately and sends the changes one after the other. Reverts a change that is rejected. */
export function useUpdateSettings() {
  return useMutation({
    scope: { id: 'settings' },
    mutationFn: (patch: SettingsPatch) => execute(UpdateSettingsDocument, { patch }),
    onMutate: (patch) => {
      const before = queryClient.getQueryData(viewerQuery.queryKey)?.viewer.settings;
      changeSettings((settings) => withFields(settings, patch, patch));
      return before;
    },
    onError: (_error, patch, before) => changeSettings((settings) => withFields(settings, patch, before)),
    onSuccess: ({ updateSettings: result }, patch, before) =>
      changeSettings((settings) =>
        withFields(settings, patch, result.__typename === 'Settings' ? result : before),
      ),
  });
}

function changeSettings(change: (settings: Settings) => Settings): void {
  patchViewer((viewer) => ({ ...viewer, settings: change(viewer.settings) }));
}

/** Changes the cached viewer. Does nothing until it is loaded. */
export function patchViewer(change: (viewer: Viewer) => Viewer): void {
  queryClient.setQueryData(
    viewerQuery.queryKey,
    (known) => known && { ...known, viewer: change(known.viewer) },
  );
}
