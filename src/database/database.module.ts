import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { Database } from './database.ts';
import { DuckDbDatabase } from './duckdb/duckdb-database.ts';

/**
 * Provides Database. It is opened and migrated before the application listens, and closed after the last request.
 */
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        DuckDbDatabase.open({ dataDir: config.dataDir, recover: config.recoverDatabase }),
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
