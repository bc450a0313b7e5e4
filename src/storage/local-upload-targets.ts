import { ROUTES } from '../http/routes.ts';
import type { StagedFile, Staging } from './staging/staging.ts';
import { type TargetAddress, type TargetRequest, UploadTargets } from './upload-targets.ts';

/** Clients send bytes to this service, which hashes them as they arrive and writes them directly to Staging. */
export class LocalUploadTargets extends UploadTargets {
  readonly direct = false;
  readonly cspSource = null;
  readonly #staging: Staging;

  constructor(staging: Staging) {
    super();
    this.#staging = staging;
  }

  override issue({ id, secret, contentType }: TargetRequest): Promise<TargetAddress> {
    return Promise.resolve({
      url: `${ROUTES.uploads.path}/${id}/${secret}`,
      headers: [{ name: 'Content-Type', value: contentType }],
    });
  }

  override stage(id: string, _maxBytes: number, _accept: (file: StagedFile) => void): Promise<boolean> {
    return this.#staging.has(id);
  }

  override remove(id: string): Promise<void> {
    return this.#staging.remove(id);
  }

  override async *listRemote(): AsyncGenerator<string[]> {}
}
