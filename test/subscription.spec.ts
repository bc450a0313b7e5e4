import { createClient, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { jpeg } from './support/images.ts';
import { type Client, startApp, type TestApp } from './support/app.ts';

let app: TestApp;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  app = await startApp({ proxy: true });
});
afterAll(async () => {
  for (const socket of sockets) void socket.dispose();
  await app.close();
});

/**
 * Subscribes to the changes of a user's library. `changes` collects them; `until` waits until they meet a
 * condition.
 */
function changesOf(user: Client): {
  changes: any[];
  until: (done: (changes: any[]) => boolean) => Promise<void>;
} {
  class Authenticated extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: user.headers });
    }
  }
  const socket = createClient({
    url: `${app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Authenticated,
    lazy: false,
    retryAttempts: 0,
  });
  sockets.push(socket);
  const changes: any[] = [];
  const waiting: (() => void)[] = [];
  socket.subscribe<any>(
    {
      query: 'subscription { libraryChanged { added updated removed storage { photoCount trashedCount } } }',
    },
    {
      next: ({ data }) => {
        changes.push(data?.libraryChanged);
        for (const wake of waiting.splice(0)) wake();
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const until = async (done: (changes: any[]) => boolean): Promise<void> => {
    while (!done(changes)) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { changes, until };
}

it('sends the changes of a library, batched, to its owner and to no other user', async () => {
  const [ada, eve] = [await app.user('ada'), await app.user('eve')];
  const [own, other] = [changesOf(ada), changesOf(eve)];
  // Subscribing takes a moment, so this uploads photos until the first change arrives.
  let seed = 0;
  const uploaded: string[] = [];
  while (own.changes.length === 0) {
    const [photo] = await ada.upload({ name: 'a.jpg', bytes: await jpeg({ seed: (seed += 1) }) });
    uploaded.push(photo?.['id']);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ada.data(
    'mutation ($ids: [ID!]!) { updatePhotos(ids: $ids, patch: { isFavorite: true }) { __typename } }',
    { ids: uploaded },
  );
  await own.until((changes) =>
    changes.some((change) => change.updated.length > 0 || change.added.includes(uploaded.at(-1))),
  );
  await ada.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', { ids: uploaded });
  await own.until((changes) => changes.some((change) => change.removed.length > 0));
  expect(own.changes.at(-1)).toMatchObject({
    removed: uploaded,
    storage: { photoCount: 0, trashedCount: uploaded.length },
  });
  expect(other.changes).toEqual([]);
});
