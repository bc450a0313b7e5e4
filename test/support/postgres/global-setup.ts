import { PgBouncer } from './pgbouncer.ts';
import { LocalPostgres } from './local-postgres.ts';

declare global {
  var testPostgres: LocalPostgres | undefined;
  var testPgBouncer: PgBouncer | undefined;
}

/**
 * Starts one PostgreSQL server for all specs of a run; its port is in TEST_POSTGRES_PORT. With THROUGH_PGBOUNCER=true, the specs
 * connect through a transaction pooler.
 */
export default async function setUp(): Promise<void> {
  globalThis.testPostgres ??= await LocalPostgres.start();
  process.env['TEST_POSTGRES_PORT'] = String(globalThis.testPostgres.port);
  if (process.env['THROUGH_PGBOUNCER'] !== 'true') return;
  globalThis.testPgBouncer ??= await PgBouncer.start(globalThis.testPostgres);
  process.env['TEST_PGBOUNCER_PORT'] = String(globalThis.testPgBouncer.port);
}
