import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import type { IncomingFile } from '../../storage/staging/incoming-file.ts';
import { MultipartUploads } from './multipart-uploads.service.ts';
import { StagedUploads } from './staged-uploads.service.ts';
import type { UploadResult } from './upload-result-mapper.ts';
import {
  CreateUploadInput,
  CreateUploadResult,
  type DuplicatePhotoError,
  UploadPhotoResult,
  type UploadRefusedError,
  type UploadTarget,
} from './upload-results.ts';

@Resolver()
export class UploadsResolver {
  constructor(
    private readonly multipart: MultipartUploads,
    private readonly staged: StagedUploads,
  ) {}

  @Mutation(() => [UploadPhotoResult], { description: 'Uploads up to 20 files in a multipart request.' })
  uploadPhotos(
    @CurrentUser() user: Identity,
    @Args('files', { type: () => [GraphQLUpload] }) files: Promise<IncomingFile>[],
  ): Promise<UploadResult[]> {
    return this.multipart.upload(user.sub, files);
  }

  @Mutation(() => [CreateUploadResult], {
    description: 'Declares up to 100 files. The client then sends their bytes to the targets.',
  })
  createUploads(
    @CurrentUser() user: Identity,
    @Args('uploads', { type: () => [CreateUploadInput] }) uploads: CreateUploadInput[],
  ): Promise<(UploadTarget | DuplicatePhotoError | UploadRefusedError)[]> {
    return this.staged.create(user.sub, uploads);
  }

  @Mutation(() => [UploadPhotoResult], {
    description: 'Completes up to 100 uploads. May be repeated for one day and returns the same results.',
  })
  completeUploads(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<UploadResult[]> {
    return this.staged.complete(user.sub, ids);
  }
}
