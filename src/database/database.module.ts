import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.ts';
import { Database } from './database.ts';
import type { Arrangement } from './duckdb/arranger.ts';

/** The injection token of the tables that DuckDB keeps in order. Optional. */
export const ARRANGED_TABLES = Symbol('ArrangedTables');

/** Opens the engine that the configuration selects. Only its own client library is loaded. */
async function openDatabase(
  { database, dataDir, recoverDatabase }: Config,
  tables: readonly Arrangement[] = [],
): Promise<Database> {
  if (database.engine === 'postgres') {
    const { PostgresDatabase } = await import('./postgres/postgres-database.ts');
    return PostgresDatabase.open(database);
  }
  const { DuckDbDatabase } = await import('./duckdb/duckdb-database.ts');
  return DuckDbDatabase.open({ dataDir, recover: recoverDatabase, arrange: { tables } });
}

/**
 * Provides Database. It is opened and migrated before the application listens, and closed after the last request.
 */
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG, { token: ARRANGED_TABLES, optional: true }],
      useFactory: openDatabase,
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
