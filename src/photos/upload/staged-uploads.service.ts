import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { KEPT_MS } from './lifetimes.ts';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { Database } from '../../database/database.ts';
import { badUserInput } from '../../graphql/types/errors.ts';
import { NotFoundError, toUserErrorCode, UserErrorCode } from '../../graphql/types/user-error.ts';
import { safeFilename } from '../../metadata/photos/filename.ts';
import { PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import {
  type UploadOutcome,
  UploadRepository,
  type UploadRow,
} from '../../metadata/uploads/upload.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';
import { IngestService } from './ingest.service.ts';
import { refusal } from './refusals.ts';
import { Staging, TooManyBytesError } from '../../storage/staging/staging.ts';
import { UploadTargets } from '../../storage/upload-targets.ts';
import { UploadVerifier } from './upload-verifier.ts';
import { StagedDoor } from './doors/staged-door.ts';
import { isSecretOf, Target } from './upload-target.ts';
import { type UploadResult, UploadResultMapper } from './upload-result-mapper.ts';
import {
  type CreateUploadInput,
  DuplicatePhotoError,
  UploadRefusedError,
  type UploadTarget,
} from './upload-results.ts';

const MAX_OPEN_TARGETS = 2_000;
const TOO_MANY_OPEN = `At most ${MAX_OPEN_TARGETS} uploads can wait for their bytes; send those that are declared first.`;
const MAX_HINT_LENGTH = 255;
const MAX_NAME_LENGTH = 4_096;

type CreateAnswer = UploadTarget | DuplicatePhotoError | UploadRefusedError;

/** A target, where there is room for it. */
interface Offer {
  target: Target;
  answer: UploadTarget;
}

/** Why a target did not take bytes; `status` is the HTTP status that says so. */
export class PutRefusedError extends Error {
  override name = 'PutRefusedError';
  constructor(
    readonly status: 400 | 404 | 409 | 410 | 413 | 422,
    readonly code: UserErrorCode,
    message: string,
  ) {
    super(message);
  }
}

function putRefused(
  status: PutRefusedError['status'],
  code: Parameters<typeof refusal>[0],
  limit?: number,
): PutRefusedError {
  return new PutRefusedError(status, code, refusal(code, null, limit).message);
}

/** The staged door: createUploads -> PUT to each target -> completeUploads. */
@Injectable()
export class StagedUploads {
  /** Completions that run in this process, so that a repeated one waits for the first and answers the same. */
  readonly #running = new Map<string, Promise<UploadOutcome>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly staging: Staging,
    private readonly targets: UploadTargets,
    private readonly verifier: UploadVerifier,
    private readonly ingest: IngestService,
    private readonly door: StagedDoor,
    private readonly photos: PhotoRepository,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
    private readonly results: UploadResultMapper,
  ) {}

  async create(userId: string, inputs: readonly CreateUploadInput[]): Promise<CreateAnswer[]> {
    if (inputs.length > LIST_LIMITS.uploads)
      throw badUserInput(
        `uploads must be at most ${LIST_LIMITS.uploads}; declare the rest in another request.`,
      );
    const checksums = inputs.map((input) => input.checksum.toLowerCase());
    const known = await this.photos.findByChecksums(userId, checksums);
    const answers = await Promise.all(
      inputs.map(async (input, index): Promise<UploadRefusedError | DuplicatePhotoError | Offer> => {
        const fault = this.#fault(input);
        if (fault) return fault;
        const duplicate = known.get(checksums[index] ?? '');
        if (duplicate) return new DuplicatePhotoError(duplicate);
        const target = new Target(input);
        // Before room is reserved: what has no address keeps none.
        return { target, answer: target.toAnswer(await this.targets.issue(target)) };
      }),
    );
    const targets = answers.flatMap((answer) => ('target' in answer ? [answer.target] : []));
    const refused =
      targets.length > 0 ? await this.#reserve(userId, targets) : new Map<Target, UploadRefusedError>();
    return answers.map((answer) =>
      'target' in answer ? (refused.get(answer.target) ?? answer.answer) : answer,
    );
  }

  /** One answer for each id, in their order. */
  async complete(userId: string, ids: readonly string[]): Promise<UploadResult[]> {
    if (ids.length > LIST_LIMITS.uploads)
      throw badUserInput(`ids must be at most ${LIST_LIMITS.uploads}; complete the rest in another request.`);
    return this.results.settle(ids.map((id) => this.#completeOne(userId, id)));
  }

  /**
   * Takes the bytes of a target. `declaredBytes` is what the sender says it sends; null where it does not say.
   * @throws PutRefusedError, StorageUnavailableError, DatabaseUnavailableError.
   */
  async receive(
    userId: string,
    id: string,
    secret: string,
    body: Readable,
    declaredBytes: number | null,
  ): Promise<void> {
    const upload = await this.#findTarget(userId, id, secret);
    const { sizeBytes, checksum } = upload;
    if (declaredBytes !== null && declaredBytes > sizeBytes)
      throw putRefused(413, UserErrorCode.FILE_TOO_LARGE, sizeBytes);
    if (declaredBytes !== null && declaredBytes < sizeBytes)
      throw putRefused(400, UserErrorCode.UPLOAD_INCOMPLETE);
    try {
      await this.staging.write(id, body, sizeBytes, (arrived) => {
        if (arrived.sizeBytes < sizeBytes) throw putRefused(400, UserErrorCode.UPLOAD_INCOMPLETE);
        if (arrived.checksum !== checksum) throw putRefused(422, UserErrorCode.CHECKSUM_MISMATCH);
      });
    } catch (error) {
      if (error instanceof TooManyBytesError) throw putRefused(413, UserErrorCode.FILE_TOO_LARGE, sizeBytes);
      if (error instanceof PutRefusedError && error.code === UserErrorCode.CHECKSUM_MISMATCH) {
        const { code, message } = error;
        await this.database.write((tx) =>
          this.uploads.setPutError(tx, id, { kind: 'refused', code, message }),
        );
      }
      throw error;
    }
    const until = new Date(Date.now() + KEPT_MS);
    if (await this.database.write((tx) => this.uploads.markReceived(tx, id, until))) return;
    // Another PUT was first, or the time was over. Where all is settled these bytes are nobody's.
    const now = await this.uploads.find(userId, id);
    if (!now || now.outcome) await this.staging.remove(id);
    await this.#findTarget(userId, id, secret);
  }

  /** The open target of a URL, which names the upload and its secret. Throws PutRefusedError. */
  async #findTarget(userId: string, id: string, secret: string): Promise<UploadRow> {
    const upload = await this.uploads.find(userId, id);
    if (!upload || !isSecretOf(upload, secret))
      throw new PutRefusedError(404, UserErrorCode.NOT_FOUND, 'There is no upload target of this URL.');
    if (upload.state === 'open') {
      if (upload.expiresAt.getTime() > Date.now()) return upload;
      throw putRefused(410, UserErrorCode.UPLOAD_EXPIRED);
    }
    const expired =
      upload.outcome?.kind === 'refused' &&
      toUserErrorCode(upload.outcome.code) === UserErrorCode.UPLOAD_EXPIRED;
    if (expired) throw putRefused(410, UserErrorCode.UPLOAD_EXPIRED);
    throw new PutRefusedError(
      409,
      UserErrorCode.INVALID_INPUT,
      'This target has its bytes already; complete the upload.',
    );
  }

  #fault(input: CreateUploadInput): UploadRefusedError | null {
    const { filename, contentType, sizeBytes, checksum } = input;
    const invalid = (message: string): UploadRefusedError =>
      new UploadRefusedError(
        UserErrorCode.INVALID_INPUT,
        message,
        safeFilename(filename.slice(0, MAX_NAME_LENGTH)),
      );
    if (filename.length > MAX_NAME_LENGTH)
      return invalid(`filename must be at most ${MAX_NAME_LENGTH} characters.`);
    if (contentType.length > MAX_HINT_LENGTH)
      return invalid(`contentType must be at most ${MAX_HINT_LENGTH} characters.`);
    if (!/^[0-9a-f]{64}$/i.test(checksum))
      return invalid('checksum must be the SHA-256 of the file: 64 hex digits.');
    if (sizeBytes < 0) return invalid('sizeBytes must be the number of bytes of the file.');
    if (sizeBytes === 0) return refusal(UserErrorCode.EMPTY_FILE, safeFilename(filename));
    if (sizeBytes > this.#maxBytes)
      return refusal(UserErrorCode.FILE_TOO_LARGE, safeFilename(filename), this.#maxBytes);
    return null;
  }

  /** What is sent past this service is no request to it. */
  get #maxBytes(): number {
    const { maxFileBytes, maxRequestBytes } = this.config;
    return this.targets.direct ? maxFileBytes : Math.min(maxFileBytes, maxRequestBytes);
  }

  /** Reserves the declared sizes, one by one; gives the targets that were refused, and why. */
  async #reserve(userId: string, targets: readonly Target[]): Promise<Map<Target, UploadRefusedError>> {
    return this.database.write(async (tx) => {
      const refused = new Map<Target, UploadRefusedError>();
      let open = await this.uploads.countOpen(tx, userId);
      for (const target of targets) {
        const { filename, sizeBytes } = target;
        if (open >= MAX_OPEN_TARGETS) {
          refused.set(target, new UploadRefusedError(UserErrorCode.INVALID_INPUT, TOO_MANY_OPEN, filename));
        } else if (await this.users.reserve(tx, userId, sizeBytes, this.config.storageQuotaBytes)) {
          await this.uploads.insert(tx, {
            ...target.toRow(this.targets.direct),
            userId,
            reservedBytes: sizeBytes,
          });
          open += 1;
        } else {
          refused.set(target, refusal(UserErrorCode.QUOTA_EXCEEDED, filename));
        }
      }
      return refused;
    });
  }

  async #completeOne(userId: string, id: string): Promise<UploadResult> {
    const upload = await this.uploads.find(userId, id);
    // The multipart door's rows have no secret: they are nobody's to complete.
    if (!upload?.secretHash) return new NotFoundError(id, 'upload');
    const { filename } = upload;
    if (upload.state === 'open') {
      if (upload.expiresAt.getTime() <= Date.now()) return refusal(UserErrorCode.UPLOAD_EXPIRED, filename);
      if (this.targets.direct)
        return this.results.of(userId, id, filename, await (this.#running.get(id) ?? this.#start(upload)));
      if (upload.outcome) return this.results.of(userId, id, filename, upload.outcome);
      return refusal(UserErrorCode.UPLOAD_INCOMPLETE, filename);
    }
    const outcome = this.#running.get(id) ?? upload.outcome ?? this.#start(upload);
    return this.results.of(userId, id, filename, await outcome);
  }

  #start(upload: UploadRow): Promise<UploadOutcome> {
    const running = this.#ingestUnlessDone(upload).finally(() => this.#running.delete(upload.id));
    this.#running.set(upload.id, running);
    return running;
  }

  /** The row was read before this completion began: another may have ended in between. */
  async #ingestUnlessDone(upload: UploadRow): Promise<UploadOutcome> {
    const current = await this.uploads.find(upload.userId, upload.id);
    if (current && current.state !== 'open' && current.outcome) return current.outcome;
    if (!this.targets.direct) return this.ingest.ingest(upload, this.door);
    return this.verifier.withRoom(upload, async () => {
      const fault = await this.verifier.verify(current ?? upload);
      return fault ? { ...fault, kind: 'refused' } : this.ingest.ingest(upload, this.door);
    });
  }
}
