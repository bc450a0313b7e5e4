import { MutationObserver } from '@tanstack/react-query';
import { askBeforeLeaving } from '../ui/ask-before-leaving.ts';
import { execute } from './execute.ts';
import { queryClient } from './query-client.ts';
import type { PersistedDocument } from './send.ts';

/**
 * Sends a mutation that may safely be executed twice. Without a connection, it waits for one. Mutations are sent in the order
 * of the calls, and repeated after temporary failures. Until the result arrives, the browser asks before the page is left.
 * @throws ApiError if the service fails repeatedly or rejects it. UserErrors are part of the result.
 */
export function write<Data, Variables>(
  document: PersistedDocument<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const mutation = new MutationObserver(queryClient, {
    mutationFn: () => execute(document, variables),
    scope: { id: 'library' },
  });
  return mutation.mutate().finally(askBeforeLeaving());
}
