import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import type { IncomingFile } from '../../storage/staging/incoming-file.ts';
import { MultipartDoor } from './multipart-door.ts';
import { StagedDoor } from './staged-door.ts';
import type { UploadAnswer } from './upload-result-mapper.ts';
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
    private readonly multipart: MultipartDoor,
    private readonly staged: StagedDoor,
  ) {}

  @Mutation(() => [UploadPhotoResult], { description: 'Up to 20 files in a multipart request.' })
  uploadPhotos(
    @CurrentUser() user: Identity,
    @Args('files', { type: () => [GraphQLUpload] }) files: Promise<IncomingFile>[],
  ): Promise<UploadAnswer[]> {
    return this.multipart.upload(user.sub, files);
  }

  @Mutation(() => [CreateUploadResult], {
    description: 'Up to 100 files; their bytes then go to the targets.',
  })
  createUploads(
    @CurrentUser() user: Identity,
    @Args('uploads', { type: () => [CreateUploadInput] }) uploads: CreateUploadInput[],
  ): Promise<(UploadTarget | DuplicatePhotoError | UploadRefusedError)[]> {
    return this.staged.create(user.sub, uploads);
  }

  @Mutation(() => [UploadPhotoResult], {
    description: 'Up to 100; may be repeated for a day and answers the same.',
  })
  completeUploads(
    @CurrentUser() user: Identity,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<UploadAnswer[]> {
    return this.staged.complete(user.sub, ids);
  }
}
