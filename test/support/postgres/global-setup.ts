import { LocalPostgres } from './local-postgres.ts';

declare global {
  var testPostgres: LocalPostgres | undefined;
}

/** Starts one PostgreSQL server for all specs of a run; its port is in TEST_POSTGRES_PORT. */
export default async function setUp(): Promise<void> {
  globalThis.testPostgres ??= await LocalPostgres.start();
  process.env['TEST_POSTGRES_PORT'] = String(globalThis.testPostgres.port);
}
