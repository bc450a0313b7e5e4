import { createTestDatabase } from '../../../test/support/postgres/test-database.ts';
import { describeDatabase } from '../database.contract.ts';
import { PostgresDatabase } from './postgres-database.ts';

describeDatabase('PostgreSQL', async () => {
  const url = await createTestDatabase();
  const database = await PostgresDatabase.open({ url });
  return { database, close: () => database.close() };
});
