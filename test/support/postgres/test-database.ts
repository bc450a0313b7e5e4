import { randomUUID } from 'node:crypto';
import { queryUrl, urlOf } from './local-postgres.ts';

/** The URL of the database `postgres` on the server that Jest's global setup started. */
function serverUrl(): string {
  const port = process.env['TEST_POSTGRES_PORT'];
  if (!port) throw new Error('The global setup of Jest has not started PostgreSQL.');
  return urlOf(Number(port));
}

/** Creates an empty database on the test server and returns its URL. It is removed with the server. */
export async function createTestDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await queryUrl(serverUrl(), `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  // Through a pooler, if the run was given one.
  url.port = process.env['TEST_PGBOUNCER_PORT'] ?? url.port;
  return url.href;
}
