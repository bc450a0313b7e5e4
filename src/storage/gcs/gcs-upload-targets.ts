import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ObjectNotFoundError, type ObjectStore } from '../object-store.ts';
import { IncompleteSourceError, type StagedFile, type Staging } from '../staging/staging.ts';
import { type TargetAddress, type TargetRequest, UploadTargets } from '../upload-targets.ts';
import type { BucketCors } from './bucket-cors.ts';
import type { UrlSigner } from './url-signer.ts';

const UPLOADS_PREFIX = 'temp/uploads/';

/**
 * Clients send bytes directly to the bucket, with a signed URL that accepts the declared size once. The service
 * reads them from the bucket to check and decode them.
 */
export class GcsUploadTargets extends UploadTargets implements OnApplicationBootstrap {
  readonly direct = true;
  readonly cspSource: string;
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
    this.cspSource = parts.signer.cspSource;
    this.#cors = parts.cors;
  }

  async onApplicationBootstrap(): Promise<void> {
    const problem = await this.#cors.findProblem();
    if (problem) this.#log.warn(problem);
  }

  override issue({ id, contentType, sizeBytes, expiresAt }: TargetRequest): Promise<TargetAddress> {
    return this.#signer.signUpload(UPLOADS_PREFIX + id, { contentType, sizeBytes, expiresAt });
  }

  override async stage(id: string, maxBytes: number, accept: (file: StagedFile) => void): Promise<boolean> {
    try {
      const source = await this.#store.read(UPLOADS_PREFIX + id);
      try {
        await this.#staging.write(id, source, maxBytes, accept);
      } finally {
        source.destroy();
      }
      return true;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false;
      throw error instanceof IncompleteSourceError ? error.cause : error;
    }
  }

  override async remove(id: string): Promise<void> {
    await this.#staging.remove(id);
    await this.#store.delete(UPLOADS_PREFIX + id).catch(() => undefined);
  }

  override async *listRemote(): AsyncGenerator<string[]> {
    for await (const keys of this.#store.pages(UPLOADS_PREFIX))
      yield keys.map((key) => key.slice(UPLOADS_PREFIX.length));
  }
}
