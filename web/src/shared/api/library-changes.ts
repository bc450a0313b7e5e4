import { type Client, createClient } from 'graphql-ws';
import { kindOf } from './api-error.ts';
import { reportConnection, signedInAgain } from './connection.ts';
import {
  type LibraryChangedSubscription,
  LibraryChangedDocument,
  StillThereDocument,
} from './generated/graphql.ts';
import { LIBRARY, queryClient } from './query-client.ts';
import { documentId, send } from './send.ts';
import { patchViewer } from './viewer.ts';

type LibraryChange = LibraryChangedSubscription['libraryChanged'];

/** Listens for what happens to the library elsewhere, and has what is shown asked again. Gives a function that ends it. */
export function followLibrary(): () => void {
  let opened = 0;
  const client: Client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: async (retries) => {
      await checkSession();
      await new Promise((resolve) => setTimeout(resolve, Math.min(1_000 * 2 ** retries, 30_000)));
    },
    on: {
      connected: () => {
        // What happened while nobody listened is not told again.
        if (opened++ > 0) void queryClient.invalidateQueries({ queryKey: [LIBRARY] });
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

/** A refused upgrade looks like any closed connection: a request tells whether it is the session, and waits for the next. */
async function checkSession(): Promise<void> {
  try {
    await send(StillThereDocument, {});
    reportConnection(null);
  } catch (error) {
    reportConnection(error);
    if (kindOf(error) === 'signed-out') await signedInAgain();
  }
}

function changed({ storage }: LibraryChange): void {
  patchViewer((viewer) => ({ ...viewer, storage }));
  void queryClient.invalidateQueries({ queryKey: [LIBRARY] });
}
