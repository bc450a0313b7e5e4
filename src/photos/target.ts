import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { safeFilename } from '../metadata/filename.ts';
import type { UploadRow } from '../metadata/upload.repository.ts';
import { type CreateUploadInput, UploadTarget } from './upload-results.ts';

const TARGET_MS = 15 * 60_000;

/** A target on its way to its row and its answer. */
export class Target {
  readonly id = uuid();
  readonly filename: string;
  readonly sizeBytes: number;
  readonly #secret = randomBytes(24).toString('base64url');
  readonly #createdAt = new Date();
  readonly #input: CreateUploadInput;

  constructor(input: CreateUploadInput) {
    this.#input = input;
    this.filename = safeFilename(input.filename);
    this.sizeBytes = input.sizeBytes;
  }

  get #expiresAt(): Date {
    return new Date(this.#createdAt.getTime() + TARGET_MS);
  }

  toRow(): Omit<UploadRow, 'userId' | 'reservedBytes' | 'outcome'> {
    return {
      id: this.id,
      state: 'open',
      secretHash: hashSecret(this.#secret),
      filename: this.filename,
      sizeBytes: this.sizeBytes,
      checksum: this.#input.checksum.toLowerCase(),
      createdAt: this.#createdAt,
      expiresAt: this.#expiresAt,
      photoId: null,
      keys: null,
    };
  }

  toAnswer(): UploadTarget {
    const hint = this.#input.contentType.trim();
    const value = /^[\w.+-]+\/[\w.+-]+$/.test(hint) ? hint : 'application/octet-stream';
    return Object.assign(new UploadTarget(), {
      id: this.id,
      url: `/uploads/${this.id}/${this.#secret}`,
      method: 'PUT',
      headers: [{ name: 'Content-Type', value }],
      expiresAt: this.#expiresAt,
    });
  }
}

/** Whether a URL's secret is the one of the row. */
export function isSecretOf(upload: UploadRow, secret: string): boolean {
  return (
    upload.secretHash !== null &&
    timingSafeEqual(Buffer.from(upload.secretHash), Buffer.from(hashSecret(secret)))
  );
}

/** SHA-256, hex: a copy of the database opens no target. */
function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
