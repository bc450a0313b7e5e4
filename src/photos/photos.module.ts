import { EventEmitter } from 'node:events';
import { Module } from '@nestjs/common';
import { PubSub } from 'graphql-subscriptions';
import { CONFIG, type Config } from '../config/config.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { InflightBytes } from '../storage/staging/inflight-bytes.ts';
import { ImagesModule } from '../images/images.module.ts';
import { MetadataModule } from '../metadata/metadata.module.ts';
import { StorageModule } from '../storage/storage.module.ts';
import { ViewerModule } from '../viewer/viewer.module.ts';
import { UploadVerifier } from './upload/upload-verifier.ts';
import { IngestService } from './upload/ingest.service.ts';
import { LibraryEvents, PUB_SUB } from './events/library-events.ts';
import { LibraryCheck } from './upkeep/library-check.ts';
import { LibraryResolver } from './events/library-changes.resolver.ts';
import { MediaController } from './delivery/media.controller.ts';
import { MultipartDoor } from './upload/doors/multipart-door.ts';
import { MultipartUploads } from './upload/multipart-uploads.service.ts';
import { IntentCleaner } from './upload/intent-cleaner.ts';
import { BrowseService } from './library/browse.service.ts';
import { StatsService } from './library/stats.service.ts';
import { ObjectRemover } from './objects/object-remover.ts';
import { PhotoLoaders } from './library/photo-loaders.ts';
import { PhotoRemaker } from './upkeep/photo-remaker.ts';
import { PhotoResolver } from './library/photo.resolver.ts';
import { PageInfoResolver, PhotoConnectionResolver, PhotosResolver } from './library/photos.resolver.ts';
import { PhotosService } from './library/photos.service.ts';
import { Recovery } from './upkeep/recovery.ts';
import { StagedDoor } from './upload/doors/staged-door.ts';
import { StagedUploads } from './upload/staged-uploads.service.ts';
import { StatsResolver } from './library/stats.resolver.ts';
import { Sweeper } from './upkeep/sweeper.ts';
import { TimelineResolver } from './library/timeline.resolver.ts';
import { UnknownOriginals } from './upkeep/unknown-originals.ts';
import { UploadResultMapper } from './upload/upload-result-mapper.ts';
import { UploadLedger } from './upload/upload-ledger.ts';
import { UploadTargetController } from './upload/upload-target.controller.ts';
import { UploadsResolver } from './upload/uploads.resolver.ts';

/**
 * Every open page of a user listens to the same topic, so the number of listeners is not limited here. It is
 * limited when clients connect.
 */
function inProcessPubSub(): PubSub {
  return new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });
}

/** Both doors share this limit. */
function inflightBytes({ maxInflightBytes }: Config): InflightBytes {
  return new InflightBytes(maxInflightBytes);
}

@Module({
  imports: [DatabaseModule, StorageModule, ImagesModule, MetadataModule, ViewerModule],
  controllers: [MediaController, UploadTargetController],
  providers: [
    { provide: PUB_SUB, useFactory: inProcessPubSub },
    { provide: InflightBytes, inject: [CONFIG], useFactory: inflightBytes },
    BrowseService,
    IngestService,
    IntentCleaner,
    LibraryCheck,
    LibraryEvents,
    LibraryResolver,
    MultipartDoor,
    MultipartUploads,
    ObjectRemover,
    PageInfoResolver,
    PhotoConnectionResolver,
    PhotoLoaders,
    PhotoRemaker,
    PhotoResolver,
    PhotosResolver,
    PhotosService,
    Recovery,
    StagedDoor,
    StagedUploads,
    StatsResolver,
    StatsService,
    Sweeper,
    TimelineResolver,
    UnknownOriginals,
    UploadLedger,
    UploadResultMapper,
    UploadVerifier,
    UploadsResolver,
  ],
})
export class PhotosModule {}
