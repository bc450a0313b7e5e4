import { MutationObserver } from '@tanstack/react-query';
import { askBeforeLeaving } from '../ui/ask-before-leaving.ts';
import { execute } from './execute.ts';
import { queryClient } from './query-client.ts';
import type { PersistedDocument } from './send.ts';

/**
 * Has the service change something that may be asked for twice. Without a connection it waits for one, and what was done
 * first is sent first; what may be over in a moment is tried again. As long as it waits, leaving the page asks first.
 * @throws ApiError where the service failed again and again, or will not do it. UserErrors are part of the answer.
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
