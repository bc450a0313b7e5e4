import { createDatabase } from './local-postgres.ts';

/**
 * Creates an empty database on the server that Jest's global setup started, and returns its URL. It is removed with the
 * server.
 */
export async function createTestDatabase(): Promise<string> {
  const port = process.env['TEST_POSTGRES_PORT'];
  if (!port) throw new Error('The global setup of Jest has not started PostgreSQL.');
  const url = new URL(await createDatabase(Number(port)));
  // Through a pooler, if the run was given one.
  url.port = process.env['TEST_PGBOUNCER_PORT'] ?? url.port;
  return url.href;
}
