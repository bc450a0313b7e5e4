import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { badUserInput } from '../../graphql/types/errors.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { safeFilename } from '../../metadata/photos/filename.ts';
import type { IncomingFile } from '../../storage/staging/incoming-file.ts';
import { Staging, TooManyBytesError } from '../../storage/staging/staging.ts';
import { MultipartDoor } from './doors/multipart-door.ts';
import type { StagedUpload } from './doors/upload-door.ts';
import { IngestService } from './ingest.service.ts';
import { refusal } from './refusals.ts';
import { type UploadResult, UploadResultMapper } from './upload-result-mapper.ts';

/** The simple door: bytes in the GraphQL request. Each file is measured, and refused or kept on its own. */
@Injectable()
export class MultipartUploads {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly staging: Staging,
    private readonly ingest: IngestService,
    private readonly door: MultipartDoor,
    private readonly results: UploadResultMapper,
  ) {}

  /** One answer for each file, in their order. */
  async upload(userId: string, files: readonly Promise<IncomingFile>[]): Promise<UploadResult[]> {
    if (files.length > LIST_LIMITS.files)
      throw badUserInput(`files must be at most ${LIST_LIMITS.files}; send the rest in another request.`);
    // The same bytes twice are a photo and its duplicate, in the order of the files.
    let before: Promise<unknown> = Promise.resolve();
    const answers = files.map((file) => {
      const entered = this.#enter(userId, file, before);
      before = entered.catch(() => undefined);
      return entered.then(({ answer }) => answer);
    });
    return this.results.settle(answers);
  }

  /** Has the bytes of a file, and then its turn in the pipeline; the answer comes when it comes. */
  async #enter(
    userId: string,
    sent: Promise<IncomingFile>,
    before: Promise<unknown>,
  ): Promise<{ answer: Promise<UploadResult> | UploadResult }> {
    const file = await sent;
    const filename = safeFilename(file.filename);
    const upload = await this.#take(userId, file, filename);
    await before;
    return { answer: 'code' in upload ? upload : this.#ingest(upload) };
  }

  async #take(userId: string, file: IncomingFile, filename: string) {
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
      // Nobody comes back for them.
      await this.staging.remove(id);
      throw error;
    }
  }
}
