import { PubSub } from 'graphql-subscriptions';
import { LibraryEvents } from './library-events.ts';

const events = () => new LibraryEvents(new PubSub());

it('batches the changes of half a second, with the latest change of each photo', async () => {
  const library = events();
  const changes = library.changes('ada');
  const first = changes.next();
  await library.publish('ada', { added: ['a', 'b', 'c'] });
  await library.publish('ada', { updated: ['a', 'd'] });
  await library.publish('ada', { removed: ['b'] });
  await library.publish('eve', { added: ['e'] });
  expect((await first).value).toEqual({ added: ['a', 'c'], updated: ['d'], removed: ['b'] });

  const started = performance.now();
  const second = changes.next();
  await library.publish('ada', { added: ['b'] });
  expect((await second).value).toEqual({ added: ['b'], updated: [], removed: [] });
  expect(performance.now() - started).toBeGreaterThan(450);
  await changes.return?.();
});

it('can be ended while it waits for a change', async () => {
  const changes = events().changes('ada');
  const next = changes.next();
  await changes.return?.();
  expect(await next).toMatchObject({ done: true });
});
