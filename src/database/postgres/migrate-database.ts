import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { DatabaseStartError } from '../database-start-error.ts';
import { migrate } from '../migrations.ts';
import { connectionOptions, databaseName } from './connection-options.ts';
import { sqlState, translate } from './errors.ts';
import { DatabaseUnavailableError } from '../database.ts';
import { PostgresMigrator } from './migrator.ts';

/** A database that is started together with the service is waited for. */
const REACH_WITHIN_MS = 20_000;
const RETRY_MS = 500;
const OLDEST_VERSION = 140_000;

/**
 * Brings a database to the newest migration. Any number of processes may do this at once: one migrates, the others wait.
 * @throws DatabaseStartError if it cannot be reached, is too old, does not use UTF-8, or a migration fails.
 */
export async function migrateDatabase(url: string, folder: string): Promise<void> {
  const client = await connect(url);
  try {
    await refuseUnsuitable(client, url);
    await migrate(folder, new PostgresMigrator(client));
  } catch (error) {
    throw explain(error, url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(url: string): Promise<Client> {
  const until = performance.now() + REACH_WITHIN_MS;
  for (;;) {
    const client = new Client(connectionOptions(url));
    // A connection that fails later is reported by the statement that uses it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      // A wrong password, a missing database or a wrong name does not pass.
      const mayPass = translate(error) instanceof DatabaseUnavailableError;
      if (!mayPass || performance.now() > until) throw explain(error, url);
    }
    await delay(RETRY_MS);
  }
}

async function refuseUnsuitable(client: Client, url: string): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
  );
  const { version = '0', encoding = '' } = rows[0] ?? {};
  if (Number(version) < OLDEST_VERSION)
    throw new DatabaseStartError(`${databaseName(url)} is older than version 14. Upgrade it.`);
  if (encoding !== 'UTF8')
    throw new DatabaseStartError(
      `${databaseName(url)} stores text as ${encoding}. Create the database with the encoding UTF8.`,
    );
}

function explain(error: unknown, url: string): DatabaseStartError {
  if (error instanceof DatabaseStartError) return error;
  const name = databaseName(url);
  const reason = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
  const advice =
    state?.startsWith('28') || state === '42501'
      ? 'refused the user of DATABASE_URL. Check its name, password and privileges'
      : state === '3D000'
        ? 'does not exist. Create it'
        : 'cannot be used. Check DATABASE_URL, and that the server is running';
  return new DatabaseStartError(`${name} ${advice}.\n(${reason})`, { cause: error });
}
