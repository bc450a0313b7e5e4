import { type Client, createClient } from 'graphql-ws';
import { GRAPHQL_PATH } from '../addresses.ts';
import { signedInAgain } from './connection.ts';
import { type LibraryChangedSubscription, LibraryChangedDocument } from './generated/graphql.ts';
import { LIBRARY, queryClient } from './query-client.ts';
import { documentId } from './send.ts';
import { throttled } from './throttled.ts';
import { checkConnection, patchViewer } from './viewer.ts';

/** The shortest time between two refreshes. During a large upload, the library changes all the time. */
const REFRESH_MS = 3_000;

type LibraryChange = LibraryChangedSubscription['libraryChanged'];

const refresh = throttled(() => void queryClient.invalidateQueries({ queryKey: [LIBRARY] }), REFRESH_MS);

/** Subscribes to changes of the library and refreshes the queries that depend on it. Returns a function that unsubscribes. */
export function followLibrary(): () => void {
  let opened = 0;
  const client: Client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${GRAPHQL_PATH}`,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: async (retries) => {
      // A rejected upgrade looks like any closed connection. Only a request shows whether the session has expired.
      if ((await checkConnection()) === 'signed-out') await signedInAgain();
      await new Promise((resolve) => setTimeout(resolve, Math.min(1_000 * 2 ** retries, 30_000)));
    },
    on: {
      connected: () => {
        // Changes made while the connection was closed are not reported.
        if (opened++ > 0) refresh();
      },
    },
  });
  const unsubscribe = client.subscribe<LibraryChangedSubscription>(
    { query: '', extensions: { documentId: documentId(LibraryChangedDocument) } },
    {
      next: ({ data }) => data && changed(data.libraryChanged),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return () => {
    unsubscribe();
    void client.dispose();
  };
}

function changed({ storage }: LibraryChange): void {
  patchViewer((viewer) => ({ ...viewer, storage }));
  refresh();
}
