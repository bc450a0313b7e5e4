import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ObjectNotFoundError, type ObjectStore } from '../object-store.ts';
import { CutShortError, type StagedFile, type Staging } from '../staging/staging.ts';
import { type TargetAddress, type TargetRequest, UploadTargets } from '../upload-targets.ts';
import type { BucketCors } from './bucket-cors.ts';
import type { UrlSigner } from './url-signer.ts';

const ARRIVED = 'temp/uploads/';

/** Bytes are sent straight to the bucket, by a URL that takes this size once, and are read from there to be looked at. */
export class GcsUploadTargets extends UploadTargets implements OnApplicationBootstrap {
  readonly direct = true;
  readonly source: string;
  readonly #log = new Logger('Bucket');
  readonly #store: ObjectStore;
  readonly #staging: Staging;
  readonly #signer: UrlSigner;
  readonly #cors: BucketCors;

  constructor(parts: { store: ObjectStore; staging: Staging; signer: UrlSigner; cors: BucketCors }) {
    super();
    this.#store = parts.store;
    this.#staging = parts.staging;
    this.#signer = parts.signer;
    this.source = parts.signer.source;
    this.#cors = parts.cors;
  }

  async onApplicationBootstrap(): Promise<void> {
    const fault = await this.#cors.fault();
    if (fault) this.#log.warn(fault);
  }

  override issue({ id, contentType, sizeBytes, expiresAt }: TargetRequest): Promise<TargetAddress> {
    return this.#signer.signUpload(ARRIVED + id, { contentType, sizeBytes, expiresAt });
  }

  override async bring(id: string, maxBytes: number, accept: (file: StagedFile) => void): Promise<boolean> {
    try {
      const source = await this.#store.read(ARRIVED + id);
      try {
        await this.#staging.write(id, source, maxBytes, accept);
      } finally {
        source.destroy();
      }
      return true;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false;
      throw error instanceof CutShortError ? error.cause : error;
    }
  }

  override async remove(id: string): Promise<void> {
    await this.#staging.remove(id);
    await this.#store.delete(ARRIVED + id).catch(() => undefined);
  }

  override async *listElsewhere(): AsyncGenerator<string[]> {
    for await (const keys of this.#store.pages(ARRIVED)) yield keys.map((key) => key.slice(ARRIVED.length));
  }
}
