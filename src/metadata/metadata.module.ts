import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.ts';
import { LibraryMemo } from './browse/library-memo.ts';
import { PhotoEditRepository } from './photos/photo-edit.repository.ts';
import { PhotoListRepository } from './browse/photo-list.repository.ts';
import { PhotoPageRepository } from './browse/photo-page.repository.ts';
import { PhotoRepository } from './photos/photo.repository.ts';
import { RecoveryRepository } from './photos/recovery.repository.ts';
import { StatsRepository } from './browse/stats.repository.ts';
import { TimelineSketches } from './browse/timeline-sketches.ts';
import { TombstoneRepository } from './uploads/tombstone.repository.ts';
import { UploadRepository } from './uploads/upload.repository.ts';
import { UserRepository } from './users/user.repository.ts';

const REPOSITORIES = [
  PhotoEditRepository,
  PhotoListRepository,
  PhotoPageRepository,
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
  providers: [LibraryMemo, TimelineSketches, ...REPOSITORIES],
  exports: REPOSITORIES,
})
export class MetadataModule {}
