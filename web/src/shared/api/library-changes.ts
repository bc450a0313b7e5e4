import { type Client, createClient } from 'graphql-ws';
import { GRAPHQL_PATH } from '../addresses.ts';
import { signedInAgain } from './connection.ts';
import { type LibraryChangedSubscription, LibraryChangedDocument } from './generated/graphql.ts';
import { LIBRARY, queryClient } from './query-client.ts';
import { documentId } from './send.ts';
import { throttled } from './throttled.ts';
import { checkConnection, patchViewer } from './viewer.ts';

/** During a large upload something changes all the time: all that is shown is asked again no more often than so. */
const REFRESH_MS = 3_000;

type LibraryChange = LibraryChangedSubscription['libraryChanged'];

const refresh = throttled(() => void queryClient.invalidateQueries({ queryKey: [LIBRARY] }), REFRESH_MS);

/** Listens for what happens to the library elsewhere, and has what is shown asked again. Gives a function that ends it. */
export function followLibrary(): () => void {
  let opened = 0;
  const client: Client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${GRAPHQL_PATH}`,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: async (retries) => {
      // A refused upgrade looks like any closed connection: a request tells whether it is the session.
      if ((await checkConnection()) === 'signed-out') await signedInAgain();
      await new Promise((resolve) => setTimeout(resolve, Math.min(1_000 * 2 ** retries, 30_000)));
    },
    on: {
      connected: () => {
        // What happened while nobody listened is not told again.
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
