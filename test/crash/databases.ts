import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalPostgres, queryUrl } from '../support/postgres/local-postgres.ts';
import { checkConsistency, checkFile } from './check-database.ts';
import { filesIn } from './workspace.ts';

/** The databases that the service of a crash test can use. */
export const DATABASES = ['duckdb', 'postgres'] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** The database of a crash test. It outlives each process of the service. */
export interface CrashDatabase {
  name: DatabaseName;
  /** Environment variables for the service. */
  env: Record<string, string>;
  /** The process to kill in the place of the service; null if the database has no process of its own. */
  serverPid(): Promise<number | null>;
  /** True if the server was killed. */
  isDown(): Promise<boolean>;
  /** Starts the server again if it was killed. */
  revive(): Promise<void>;
  /**
   * Checks that the database is consistent with itself and with the objects. The service must be idle or not running.
   * @param objects the keys of all objects, if a sweep has run since the last crash: then no leftovers may exist
   * @throws Violation
   */
  check(objects: string[] | null): Promise<void>;
  /** Lets leftovers of a crash expire. The service is not running. */
  passTime(): Promise<void>;
  close(): Promise<void>;
}

export async function openDatabase(name: DatabaseName, dataDir: string): Promise<CrashDatabase> {
  return name === 'duckdb' ? duckDb(dataDir) : postgres(dataDir);
}

function duckDb(dataDir: string): CrashDatabase {
  return {
    name: 'duckdb',
    env: {},
    serverPid: () => Promise.resolve(null),
    isDown: () => Promise.resolve(false),
    revive: () => Promise.resolve(),
    check: (objects) => checkFile(dataDir, objects),
    passTime: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function postgres(dataDir: string): Promise<CrashDatabase> {
  const server = await LocalPostgres.start({ durable: true });
  const url = await server.createDatabase();
  return {
    name: 'postgres',
    env: { DATABASE_URL: url },
    serverPid: () => server.pid(),
    isDown: async () => !(await server.isListening()),
    revive: async () => {
      if (!(await server.isListening())) await server.restart();
    },
    check: (objects) => checkConsistency((sql) => queryUrl(url, sql), objects),
    passTime: async () => {
      await queryUrl(
        url,
        `UPDATE uploads SET expires_date = now() AT TIME ZONE 'UTC' - INTERVAL '1 minute'
         WHERE state IN ('keeping', 'clearing') OR (state = 'received' AND secret_hash IS NULL)`,
      );
      // Staged files without a row and unfinished objects are removed when they are an hour old.
      const past = new Date(Date.now() - 2 * 3_600_000);
      for (const folder of ['temp/uploads', 'objects/.incoming'])
        for (const file of await filesIn(join(dataDir, folder)).catch(() => []))
          await utimes(join(dataDir, folder, file), past, past);
    },
    close: () => server.stop(),
  };
}
