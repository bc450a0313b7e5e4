import { LocalPostgres } from '../../../test/support/postgres/local-postgres.ts';
import { hasPgBouncer, PgBouncer } from '../../../test/support/postgres/pgbouncer.ts';
import { describeDatabase } from '../database.contract.ts';
import { PostgresDatabase } from './postgres-database.ts';

// Runs where PgBouncer is installed. The CI script installs it.
(hasPgBouncer ? describe : describe.skip)('Through a transaction pooler,', () => {
  let postgres: LocalPostgres;
  let bouncer: PgBouncer;

  beforeAll(async () => {
    postgres = await LocalPostgres.start();
    bouncer = await PgBouncer.start(postgres);
  });
  afterAll(async () => {
    await bouncer.stop();
    await postgres.stop();
  });

  describeDatabase('PostgreSQL', async () => {
    const database = await PostgresDatabase.open({ url: bouncer.through(await postgres.createDatabase()) });
    return { database, close: () => database.close() };
  });
});
