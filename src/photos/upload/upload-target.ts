import { TARGET_MS } from './lifetimes.ts';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { safeFilename } from '../../metadata/photos/filename.ts';
import type { UploadRow } from '../../metadata/uploads/upload.repository.ts';
import type { TargetAddress } from '../../storage/upload-targets.ts';
import { type CreateUploadInput, UploadTarget } from './upload-results.ts';

/**
 * Milliseconds for which the row of an upload to a bucket outlives its URL. The service does not learn when a PUT
 * to a bucket ends, so this is longer than a PUT takes that began just before the URL expired.
 */
const DIRECT_GRACE_MS = 60 * 60_000;

/** A new target, from which its row and its result are created. */
export class Target {
  readonly id = uuid();
  readonly filename: string;
  readonly sizeBytes: number;
  readonly secret = randomBytes(24).toString('base64url');
  readonly contentType: string;
  readonly #createdAt = new Date();
  readonly #checksum: string;

  constructor(input: CreateUploadInput) {
    const hint = input.contentType.trim();
    this.contentType = /^[\w.+-]+\/[\w.+-]+$/.test(hint) ? hint : 'application/octet-stream';
    this.#checksum = input.checksum.toLowerCase();
    this.filename = safeFilename(input.filename);
    this.sizeBytes = input.sizeBytes;
  }

  get expiresAt(): Date {
    return new Date(this.#createdAt.getTime() + TARGET_MS);
  }

  /** @param direct whether the bytes are sent directly to a bucket, so that the service reads them on completion */
  toRow(direct: boolean): Omit<UploadRow, 'userId' | 'reservedBytes' | 'outcome'> {
    return {
      id: this.id,
      state: 'open',
      secretHash: hashSecret(this.secret),
      filename: this.filename,
      sizeBytes: this.sizeBytes,
      checksum: this.#checksum,
      createdAt: this.#createdAt,
      expiresAt: new Date(this.expiresAt.getTime() + (direct ? DIRECT_GRACE_MS : 0)),
      photoId: null,
      keys: null,
    };
  }

  toResult(address: TargetAddress): UploadTarget {
    const { id, expiresAt } = this;
    return Object.assign(new UploadTarget(), { id, ...address, method: 'PUT', expiresAt });
  }
}

/** Whether the URL of an upload has expired, both for this service and for a bucket. */
export function isExpired({ createdAt }: UploadRow): boolean {
  return createdAt.getTime() + TARGET_MS < Date.now();
}

/** Whether a URL's secret is the one of the row. */
export function isSecretOf(upload: UploadRow, secret: string): boolean {
  return (
    upload.secretHash !== null &&
    timingSafeEqual(Buffer.from(upload.secretHash), Buffer.from(hashSecret(secret)))
  );
}

/**
 * SHA-256 in hexadecimal. Only the hash is stored, so that a copy of the database does not reveal the URLs of
 * targets.
 */
function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
