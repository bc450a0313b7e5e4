import { type AuditEvent, AuditLog } from '../src/observability/audit-log.ts';
import { Database } from '../src/database/database.ts';
import { Sweeper } from '../src/photos/upkeep/sweeper.ts';
import { startApp, type TestApp } from './support/app.ts';
import { jpeg } from './support/images.ts';

const DELETE = 'mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }';
const TRASH = 'mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }';

let app: TestApp;
let recorded: AuditEvent[];

beforeEach(async () => {
  app = await startApp({ proxy: true });
  recorded = [];
  app.nest.get(AuditLog).record = (event) => void recorded.push(event);
});
afterEach(() => app.close());

async function upload(name: string) {
  const client = await app.user(name);
  const file = { name: 'a.jpg', bytes: await jpeg({ seed: 1 }) };
  const { data } = await client.multipart([file]);
  return { client, id: data['uploadPhotos'][0].id as string };
}

it('records permanent deletions with the user and the photos, but no attempt to delete the photo of another user', async () => {
  const ada = await upload('ada');
  const eve = await app.user('eve');
  await eve.data(DELETE, { ids: [ada.id] });
  await ada.client.data(TRASH, { ids: [ada.id] });
  expect(recorded).toEqual([]);
  await ada.client.data(DELETE, { ids: [ada.id, 'nothing'] });
  await ada.client.data(DELETE, { ids: [ada.id] });
  expect(recorded).toEqual([
    { action: 'photo.delete', outcome: 'done', userId: 'accounts.test:ada', photoIds: [ada.id] },
  ]);
});

it('records photos that the sweeper purges from the trash', async () => {
  const ada = await upload('ada');
  await ada.client.data(TRASH, { ids: [ada.id] });
  await app.nest.get(Database).write([], (tx) => tx.run("UPDATE photos SET trashed_date = '2001-01-01'"));
  await app.nest.get(Sweeper).sweep();
  expect(recorded).toEqual([
    { action: 'photo.purge', outcome: 'done', userId: 'accounts.test:ada', photoIds: [ada.id] },
  ]);
});
