import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { DatabaseStartError } from '../database-start-error.ts';
import { TYPES } from './values.ts';

const CONNECT_WITHIN_MS = 10_000;

/**
 * The options of a connection to the database of a URL: `postgres://user:password@host:5432/name`, a socket directory
 * (`?host=/cloudsql/project:region:instance`), or TLS (`?sslmode=verify-full&sslrootcert=/path/ca.pem`). Sends no startup
 * parameters that a transaction pooler refuses.
 * @throws DatabaseStartError if a file that the URL names cannot be read.
 */
export function connectionOptions(url: string): ClientConfig {
  try {
    return {
      ...parseIntoClientConfig(url),
      types: TYPES,
      application_name: 'imgstream',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseStartError(`The connection of ${databaseName(url)} is not usable: ${reason}`, {
      cause: error,
    });
  }
}

/** A database as a message may name it: without user, password and options. */
export function databaseName(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return `PostgreSQL at ${host}${port && `:${port}`}, database ${decodeURIComponent(pathname.slice(1)) || '(default)'}`;
}
