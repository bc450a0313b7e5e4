import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { clearLocalOfOthers } from '../local-storage/local-storage.ts';
import { type ApiErrorKind, kindOf } from './api-error.ts';
import { type Person, reportConnection } from './connection.ts';
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

/** Who is signed in, their settings and storage, and what the service says of itself. */
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

/** Undefined until it is known. */
export function useViewer(): Viewer | undefined {
  return useQuery(viewerQuery).data?.viewer;
}

/** Undefined until it is known; never asked again, so it is there when the session has expired. */
export function useServerInfo(): ServerInfo | undefined {
  return useQuery(viewerQuery).data?.serverInfo;
}

/** Whom the service takes this page for, and whether that is whose photos it shows. */
export async function whoIsThere(): Promise<Person> {
  try {
    const { viewer } = await send(ViewerIdDocument, {});
    const shown = queryClient.getQueryData(viewerQuery.queryKey)?.viewer.id ?? viewer.id;
    return viewer.id === shown ? 'same' : 'other';
  } catch {
    return 'unknown';
  }
}

/** Asks the service for no other reason than to know how this page stands with it. */
export async function lookAtConnection(): Promise<ApiErrorKind | null> {
  try {
    await send(ViewerIdDocument, {});
    reportConnection(null);
    return null;
  } catch (error) {
    reportConnection(error);
    return kindOf(error);
  }
}

/** Changes settings at once, one after the other, and takes back those that the service does not take. */
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
    onSuccess: ({ updateSettings: answer }, patch, before) =>
      changeSettings((settings) =>
        withFields(settings, patch, answer.__typename === 'Settings' ? answer : before),
      ),
  });
}

function changeSettings(change: (settings: Settings) => Settings): void {
  patchViewer((viewer) => ({ ...viewer, settings: change(viewer.settings) }));
}

/** Writes what is known of the viewer, where it is known. */
export function patchViewer(change: (viewer: Viewer) => Viewer): void {
  queryClient.setQueryData(
    viewerQuery.queryKey,
    (known) => known && { ...known, viewer: change(known.viewer) },
  );
}
