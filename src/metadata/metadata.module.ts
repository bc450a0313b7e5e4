import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.ts';
import { LibraryMemo } from './library-memo.ts';
import { PhotoEditRepository } from './photo-edit.repository.ts';
import { PhotoListRepository } from './photo-list.repository.ts';
import { PhotoPageRepository } from './photo-page.repository.ts';
import { PhotoRepository } from './photo.repository.ts';
import { RecoveryRepository } from './recovery.repository.ts';
import { StatsRepository } from './stats.repository.ts';
import { TimelineSketches } from './timeline-sketches.ts';
import { TombstoneRepository } from './tombstone.repository.ts';
import { UploadRepository } from './upload.repository.ts';
import { UserRepository } from './user.repository.ts';

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

@Module({
  imports: [DatabaseModule],
  providers: [LibraryMemo, TimelineSketches, ...REPOSITORIES],
  exports: REPOSITORIES,
})
export class MetadataModule {}
