import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.ts';
import { Database } from '../database/database.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { LibraryMemo } from './browse/library-memo.ts';
import { PhotoEditRepository } from './photos/photo-edit.repository.ts';
import { PhotoListRepository } from './browse/photo-list.repository.ts';
import { PhotoRepository } from './photos/photo.repository.ts';
import { RecoveryRepository } from './photos/recovery.repository.ts';
import { StatsRepository } from './browse/stats.repository.ts';
import { DuckDbPhotoReader } from './browse/duckdb/duckdb-photo-reader.ts';
import { TimelineSketches } from './browse/duckdb/timeline-sketches.ts';
import { PhotoReader } from './browse/photo-reader.ts';
import { PostgresPhotoReader } from './browse/postgres/postgres-photo-reader.ts';
import { TombstoneRepository } from './uploads/tombstone.repository.ts';
import { UploadRepository } from './uploads/upload.repository.ts';
import { UserRepository } from './users/user.repository.ts';

const REPOSITORIES = [
  PhotoEditRepository,
  PhotoListRepository,
  PhotoRepository,
  RecoveryRepository,
  StatsRepository,
  TombstoneRepository,
  UploadRepository,
  UserRepository,
];

/**
 * This folder holds all the SQL of the program except what belongs to the database engines.
 *
 * Engine-specific statements (connections, migrations) are in src/database. The SQL here runs on every engine.
 * Other modules call the repositories and write no SQL.
 */
@Module({
  imports: [DatabaseModule],
  providers: [
    LibraryMemo,
    {
      provide: PhotoReader,
      inject: [CONFIG, Database, LibraryMemo],
      useFactory: ({ database: { engine } }: Config, database: Database, memo: LibraryMemo) =>
        engine === 'postgres'
          ? new PostgresPhotoReader(database)
          : new DuckDbPhotoReader(database, new TimelineSketches(database, memo)),
    },
    ...REPOSITORIES,
  ],
  exports: [PhotoReader, ...REPOSITORIES],
})
export class MetadataModule {}
