import { Inject, Injectable } from '@nestjs/common';
import type { FileUpload } from 'graphql-upload/processRequest.mjs';
import { v7 as uuid } from 'uuid';
import { CONFIG, type Config } from '../config/config.ts';
import { Database } from '../database/database.ts';
import { badUserInput, FileTooLargeError } from '../graphql/types/errors.ts';
import { UserErrorCode } from '../graphql/types/user-error.ts';
import { safeFilename } from '../metadata/filename.ts';
import type { Photo } from '../metadata/photo.ts';
import { PhotoRepository } from '../metadata/photo.repository.ts';
import { UploadRepository } from '../metadata/upload.repository.ts';
import { UserRepository } from '../metadata/user.repository.ts';
import { type StagedFile, Staging, TooManyBytesError } from '../storage/staging.ts';
import { ViewerService } from '../viewer/viewer.service.ts';
import { IngestService, type ReceivedUpload } from './ingest.service.ts';
import { refusal } from './refusals.ts';
import { type UploadAnswer, UploadAnswers } from './upload-answers.ts';
import { DuplicatePhotoError, type UploadRefusedError } from './upload-results.ts';

const MAX_FILES = 20;
const HOUR_MS = 60 * 60_000;

/** The simple door: bytes in the GraphQL request. Each file is streamed, measured, and refused or kept on its own. */
@Injectable()
export class MultipartDoor {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly staging: Staging,
    private readonly ingest: IngestService,
    private readonly photos: PhotoRepository,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
    private readonly viewers: ViewerService,
    private readonly answers: UploadAnswers,
  ) {}

  /** One answer for each file, in their order. */
  async upload(userId: string, files: readonly Promise<FileUpload>[]): Promise<UploadAnswer[]> {
    if (files.length > MAX_FILES)
      throw badUserInput(`files must be at most ${MAX_FILES}; send the rest in another request.`);
    // The same bytes twice are a photo and its duplicate, in the order of the files.
    let before: Promise<unknown> = Promise.resolve();
    const answers = files.map((file) => {
      const entered = this.#enter(userId, file, before);
      before = entered.catch(() => undefined);
      return entered.then(({ answer }) => answer);
    });
    return this.answers.settle(answers);
  }

  /** Has the bytes of a file and their room, and then its turn in the pipeline; the answer comes when it comes. */
  async #enter(
    userId: string,
    sent: Promise<FileUpload>,
    before: Promise<unknown>,
  ): Promise<{ answer: Promise<UploadAnswer> | UploadAnswer }> {
    const file = await sent;
    const filename = safeFilename(file.filename);
    const id = uuid();
    const staged = await this.#stage(userId, id, file, filename);
    if ('code' in staged) return { answer: staged };
    const known = (await this.photos.findByChecksums(userId, [staged.checksum])).get(staged.checksum);
    if (known) return { answer: await this.#discard(id, new DuplicatePhotoError(known)) };
    const { sizeBytes, checksum } = staged;
    const upload: ReceivedUpload = { id, userId, filename, sizeBytes, checksum, reservedBytes: sizeBytes };
    await before;
    if (!(await this.#reserve(upload)))
      return { answer: await this.#discard(id, refusal(UserErrorCode.QUOTA_EXCEEDED, filename)) };
    return { answer: this.#ingest(upload) };
  }

  async #ingest(upload: ReceivedUpload): Promise<UploadAnswer> {
    const { id, userId, filename } = upload;
    try {
      return await this.answers.of(userId, id, filename, await this.ingest.ingest(upload));
    } catch (error) {
      await this.#giveUp(upload);
      throw error;
    }
  }

  /** Streams under what is left for the person, and under the greatest size of a file. */
  async #stage(
    userId: string,
    id: string,
    file: FileUpload,
    filename: string,
  ): Promise<StagedFile | UploadRefusedError> {
    const room = await this.viewers.room(userId);
    const { maxFileBytes } = this.config;
    try {
      const staged = await this.staging.write(
        id,
        file.createReadStream(),
        Math.min(maxFileBytes, room ?? maxFileBytes),
      );
      return staged.sizeBytes > 0
        ? staged
        : await this.#discard(id, refusal(UserErrorCode.EMPTY_FILE, filename));
    } catch (error) {
      // The reader of the request cuts a file that is over the limit off by itself.
      if (error instanceof FileTooLargeError)
        return refusal(UserErrorCode.FILE_TOO_LARGE, filename, maxFileBytes);
      if (!(error instanceof TooManyBytesError)) throw error;
      const full = room !== null && room < maxFileBytes;
      return full
        ? refusal(UserErrorCode.QUOTA_EXCEEDED, filename)
        : refusal(UserErrorCode.FILE_TOO_LARGE, filename, maxFileBytes);
    }
  }

  async #reserve(upload: ReceivedUpload): Promise<boolean> {
    const createdAt = new Date();
    return this.database.write(async (tx) => {
      const reserved = await this.users.reserve(
        tx,
        upload.userId,
        upload.sizeBytes,
        this.config.storageQuotaBytes,
      );
      if (!reserved) return false;
      const expiresAt = new Date(createdAt.getTime() + HOUR_MS);
      await this.uploads.insert(tx, { ...upload, state: 'received', secretHash: null, createdAt, expiresAt });
      return true;
    });
  }

  /** Nobody comes back for it: its room is free again at once, or after a sweep where that fails too. */
  async #giveUp({ id, userId }: ReceivedUpload): Promise<void> {
    try {
      await this.database.write(async (tx) => {
        const removed = await this.uploads.remove(tx, id, ['received']);
        if (removed) await this.users.account(tx, userId, { reserved: -removed.reservedBytes });
      });
      await this.staging.remove(id);
    } catch {
      // The first error is the one to tell.
    }
  }

  async #discard<T extends Photo | DuplicatePhotoError | UploadRefusedError>(
    id: string,
    answer: T,
  ): Promise<T> {
    await this.staging.remove(id);
    return answer;
  }
}
