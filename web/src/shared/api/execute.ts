import { kindOf } from './api-error.ts';
import { reportConnection, signedInAgain, whenSamePerson } from './connection.ts';
import { type PersistedDocument, send } from './send.ts';

/**
 * Asks the service. Where the session has expired it waits until the person has signed in again, and asks once more:
 * nobody loses what they were doing.
 * @throws ApiError where there is no answer, the signal's reason where it was aborted. UserErrors are part of the answer.
 */
export async function execute<Data, Variables>(
  document: PersistedDocument<Data, Variables>,
  variables: Variables,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Data> {
  for (;;) {
    await whenSamePerson(signal);
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
