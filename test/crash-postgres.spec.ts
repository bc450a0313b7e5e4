import { expectNothingLost } from './crash/expect-nothing-lost.ts';

it('with PostgreSQL, loses nothing when the service is killed at any point of the life of a photo', async () => {
  await expectNothingLost('disk', { database: 'postgres' });
}, 900_000);

it('with PostgreSQL, loses nothing when the server of the database is killed at any of these points', async () => {
  await expectNothingLost('disk', { database: 'postgres', killDatabase: true });
}, 900_000);
