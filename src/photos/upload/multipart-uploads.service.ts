import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { checkEntries } from '../../graphql/types/errors.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { safeFilename } from '../../metadata/photos/filename.ts';
import type { IncomingFile } from '../../storage/staging/incoming-file.ts';
import { Staging, TooManyBytesError } from '../../storage/staging/staging.ts';
import { MultipartDoor } from './doors/multipart-door.ts';
import type { StagedUpload } from './doors/upload-door.ts';
import { IngestService } from './ingest.service.ts';
import { refusal } from './refusals.ts';
import { type UploadResult, UploadResultMapper } from './upload-result-mapper.ts';

/** Receives files in a GraphQL request through the multipart door. Each file is stored or refused independently. */
@Injectable()
export class MultipartUploads {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly staging: Staging,
    private readonly ingest: IngestService,
    private readonly door: MultipartDoor,
    private readonly results: UploadResultMapper,
  ) {}

  /**
   * Uploads files.
   * @returns one result for each file, in the order of the files
   * @throws BAD_USER_INPUT for too many files
   */
  async upload(userId: string, files: readonly Promise<IncomingFile>[]): Promise<UploadResult[]> {
    checkEntries('files', files, LIST_LIMITS.files);
    // Files enter the pipeline in order, so that of two equal files, the first becomes the photo and the second is
    // its duplicate.
    let previous: Promise<unknown> = Promise.resolve();
    const results = files.map((file) => {
      const entered = this.#enter(userId, file, previous);
      previous = entered.catch(() => undefined);
      return entered.then(({ result }) => result);
    });
    return this.results.settle(results);
  }

  /**
   * Receives a file and passes it to the pipeline after the previous one. Resolves once the file is in the pipeline.
   * The result is wrapped in an object so that the next file does not wait for it.
   */
  async #enter(
    userId: string,
    incoming: Promise<IncomingFile>,
    previous: Promise<unknown>,
  ): Promise<{ result: Promise<UploadResult> | UploadResult }> {
    const file = await incoming;
    const filename = safeFilename(file.filename);
    const upload = await this.#receive(userId, file, filename);
    await previous;
    return { result: 'code' in upload ? upload : this.#ingest(upload) };
  }

  async #receive(userId: string, file: IncomingFile, filename: string) {
    const { id } = file;
    try {
      const { sizeBytes, checksum } = await file.take();
      if (sizeBytes > 0) return { id, userId, filename, sizeBytes, checksum };
      await this.staging.remove(id);
      return refusal(UserErrorCode.EMPTY_FILE, filename);
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error;
      return refusal(UserErrorCode.FILE_TOO_LARGE, filename, this.config.maxFileBytes);
    }
  }

  async #ingest(upload: StagedUpload): Promise<UploadResult> {
    const { id, userId, filename } = upload;
    try {
      return await this.results.of(userId, id, filename, await this.ingest.ingest(upload, this.door));
    } catch (error) {
      // The client cannot complete this upload later, so its bytes are not needed.
      await this.staging.remove(id);
      throw error;
    }
  }
}
