import { kindOf } from './api-error.ts';
import { reportConnection, signedInAgain, whenSameUser } from './connection.ts';
import { type PersistedDocument, send } from './send.ts';

/**
 * Sends an operation. If the session has expired, waits until the user has signed in again, and repeats it, so that no work
 * is lost.
 * @throws ApiError if the request fails, or the signal's reason if it is aborted. UserErrors are part of the result.
 */
export async function execute<Data, Variables>(
  document: PersistedDocument<Data, Variables>,
  variables: Variables,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Data> {
  for (;;) {
    await whenSameUser(signal);
    try {
      const data = await send(document, variables, signal);
      reportConnection(null);
      return data;
    } catch (error) {
      reportConnection(error);
      if (kindOf(error) !== 'signed-out') throw error;
      await signedInAgain(signal);
    }
  }
}
