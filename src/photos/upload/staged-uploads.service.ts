import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { RETENTION_MS } from './lifetimes.ts';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { Database, userScope } from '../../database/database.ts';
import { checkEntries } from '../../graphql/types/errors.ts';
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
const TOO_MANY_OPEN = `At most ${MAX_OPEN_TARGETS} uploads can wait for their bytes. Send the bytes of the declared uploads first.`;
const MAX_HINT_LENGTH = 255;
const MAX_NAME_LENGTH = 4_096;

type CreateUploadResult = UploadTarget | DuplicatePhotoError | UploadRefusedError;

/** A target and the result to return if its size can be reserved. */
interface Offer {
  target: Target;
  result: UploadTarget;
}

/** The bytes of a PUT were refused. `status` is the HTTP status of the response. */
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

/** Receives files through the staged door: createUploads -> PUT to each target -> completeUploads. */
@Injectable()
export class StagedUploads {
  /**
   * Running completions of this process. A repeated completion waits for the first and returns the same outcome.
   */
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

  /**
   * Declares uploads and reserves their sizes.
   * @returns one result for each input, in the order of the inputs
   * @throws BAD_USER_INPUT for too many inputs
   */
  async create(userId: string, inputs: readonly CreateUploadInput[]): Promise<CreateUploadResult[]> {
    checkEntries('uploads', inputs, LIST_LIMITS.uploads, 'Declare');
    const checksums = inputs.map((input) => input.checksum.toLowerCase());
    const known = await this.photos.findByChecksums(userId, checksums);
    const results = await Promise.all(
      inputs.map(async (input, index): Promise<UploadRefusedError | DuplicatePhotoError | Offer> => {
        const fault = this.#fault(input);
        if (fault) return fault;
        const duplicate = known.get(checksums[index] ?? '');
        if (duplicate) return new DuplicatePhotoError(duplicate);
        const target = new Target(input);
        // The address is issued before the size is reserved, so that a failure leaves no reservation.
        return { target, result: target.toResult(await this.targets.issue(target)) };
      }),
    );
    const targets = results.flatMap((result) => ('target' in result ? [result.target] : []));
    const refused =
      targets.length > 0 ? await this.#reserve(userId, targets) : new Map<Target, UploadRefusedError>();
    return results.map((result) =>
      'target' in result ? (refused.get(result.target) ?? result.result) : result,
    );
  }

  /**
   * Turns uploads whose bytes have arrived into photos. Can be repeated for one day with the same results.
   * @returns one result for each ID, in the order of the IDs
   * @throws BAD_USER_INPUT for too many IDs
   */
  async complete(userId: string, ids: readonly string[]): Promise<UploadResult[]> {
    checkEntries('ids', ids, LIST_LIMITS.uploads, 'Complete');
    return this.results.settle(ids.map((id) => this.#completeOne(userId, id)));
  }

  /**
   * Receives the bytes of a target.
   * @param declaredBytes the Content-Length of the request; null if it has none
   * @throws PutRefusedError, StorageUnavailableError, DatabaseUnavailableError
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
        await this.database.write([userScope(userId)], (tx) =>
          this.uploads.setPutError(tx, id, { kind: 'refused', code, message }),
        );
      }
      throw error;
    }
    const until = new Date(Date.now() + RETENTION_MS);
    if (await this.database.write([userScope(userId)], (tx) => this.uploads.markReceived(tx, id, until)))
      return;
    // Another PUT was faster, or the upload has expired. If it has an outcome, these bytes are not needed.
    const current = await this.uploads.find(userId, id);
    if (!current || current.outcome) await this.staging.remove(id);
    await this.#findTarget(userId, id, secret);
  }

  /**
   * Finds the open upload that a target's URL identifies.
   * @throws PutRefusedError if there is none
   */
  async #findTarget(userId: string, id: string, secret: string): Promise<UploadRow> {
    const upload = await this.uploads.find(userId, id);
    if (!upload || !isSecretOf(upload, secret))
      throw new PutRefusedError(404, UserErrorCode.NOT_FOUND, 'No upload target has this URL.');
    if (upload.state === 'open') {
      if (upload.expiresAt.getTime() > Date.now()) return upload;
      throw putRefused(410, UserErrorCode.UPLOAD_EXPIRED);
    }
    const isExpired =
      upload.outcome?.kind === 'refused' &&
      toUserErrorCode(upload.outcome.code) === UserErrorCode.UPLOAD_EXPIRED;
    if (isExpired) throw putRefused(410, UserErrorCode.UPLOAD_EXPIRED);
    throw new PutRefusedError(
      409,
      UserErrorCode.INVALID_INPUT,
      'This target has already received its bytes. Complete the upload.',
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
      return invalid(`filename must have at most ${MAX_NAME_LENGTH} characters.`);
    if (contentType.length > MAX_HINT_LENGTH)
      return invalid(`contentType must have at most ${MAX_HINT_LENGTH} characters.`);
    if (!/^[0-9a-f]{64}$/i.test(checksum))
      return invalid('checksum must be the SHA-256 of the file: 64 hexadecimal digits.');
    if (sizeBytes < 0) return invalid('sizeBytes must be the size of the file in bytes.');
    if (sizeBytes === 0) return refusal(UserErrorCode.EMPTY_FILE, safeFilename(filename));
    if (sizeBytes > this.#maxBytes)
      return refusal(UserErrorCode.FILE_TOO_LARGE, safeFilename(filename), this.#maxBytes);
    return null;
  }

  /** The limit on the size of a request does not apply to bytes that are sent directly to a bucket. */
  get #maxBytes(): number {
    const { maxFileBytes, maxRequestBytes } = this.config;
    return this.targets.direct ? maxFileBytes : Math.min(maxFileBytes, maxRequestBytes);
  }

  /** Reserves the declared sizes, one by one. Returns the targets that were refused, with the reasons. */
  async #reserve(userId: string, targets: readonly Target[]): Promise<Map<Target, UploadRefusedError>> {
    return this.database.write([userScope(userId)], async (tx) => {
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
    // Rows of the multipart door have no secret. Clients cannot complete them.
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

  /** Reads the row again, because another completion may have ended since it was read. */
  async #ingestUnlessDone(upload: UploadRow): Promise<UploadOutcome> {
    const current = await this.uploads.find(upload.userId, upload.id);
    if (current && current.state !== 'open' && current.outcome) return current.outcome;
    if (!this.targets.direct) return this.ingest.ingest(upload, this.door);
    return this.verifier.withCapacity(upload, async () => {
      const refused = await this.verifier.verify(current ?? upload);
      return refused ?? this.ingest.ingest(upload, this.door);
    });
  }
}
