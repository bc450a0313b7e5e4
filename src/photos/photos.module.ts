import { EventEmitter } from 'node:events';
import { Module } from '@nestjs/common';
import { PubSub } from 'graphql-subscriptions';
import { CONFIG, type Config } from '../config/config.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { InflightBytes } from '../graphql/types/inflight-bytes.ts';
import { ImagesModule } from '../images/images.module.ts';
import { MetadataModule } from '../metadata/metadata.module.ts';
import { StorageModule } from '../storage/storage.module.ts';
import { ViewerModule } from '../viewer/viewer.module.ts';
import { Arrivals } from './arrivals.ts';
import { IngestService } from './ingest.service.ts';
import { LibraryEvents, PUB_SUB } from './library-events.ts';
import { LibraryCheck } from './library-check.ts';
import { LibraryResolver } from './library.resolver.ts';
import { MediaController } from './media.controller.ts';
import { MultipartDoor } from './multipart-door.ts';
import { ObjectRemover } from './object-remover.ts';
import { PhotoLoaders } from './photo-loaders.ts';
import { PhotoRemaker } from './photo-remaker.ts';
import { PhotoResolver } from './photo.resolver.ts';
import { PageInfoResolver, PhotoConnectionResolver, PhotosResolver } from './photos.resolver.ts';
import { PhotosService } from './photos.service.ts';
import { Recovery } from './recovery.ts';
import { StagedDoor } from './staged-door.ts';
import { StatsResolver } from './stats.resolver.ts';
import { Sweeper } from './sweeper.ts';
import { TimelineResolver } from './timeline.resolver.ts';
import { UnknownOriginals } from './unknown-originals.ts';
import { UploadAnswers } from './upload-answers.ts';
import { UploadLedger } from './upload-ledger.ts';
import { UploadTargetController } from './upload-target.controller.ts';
import { UploadsResolver } from './uploads.resolver.ts';

/** Every open page of a person is a listener of the same topic; how many there may be is bounded where they connect. */
function inProcessPubSub(): PubSub {
  return new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });
}

/** One bound for every door. */
function inflightBytes({ maxInflightBytes }: Config): InflightBytes {
  return new InflightBytes(maxInflightBytes);
}

@Module({
  imports: [DatabaseModule, StorageModule, ImagesModule, MetadataModule, ViewerModule],
  controllers: [MediaController, UploadTargetController],
  providers: [
    { provide: PUB_SUB, useFactory: inProcessPubSub },
    { provide: InflightBytes, inject: [CONFIG], useFactory: inflightBytes },
    Arrivals,
    IngestService,
    LibraryCheck,
    LibraryEvents,
    LibraryResolver,
    MultipartDoor,
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
    StatsResolver,
    Sweeper,
    TimelineResolver,
    UnknownOriginals,
    UploadAnswers,
    UploadLedger,
    UploadsResolver,
  ],
})
export class PhotosModule {}
