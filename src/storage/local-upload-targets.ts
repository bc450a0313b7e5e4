import { ROUTES } from '../http/routes.ts';
import type { StagedFile, Staging } from './staging/staging.ts';
import { type TargetAddress, type TargetRequest, UploadTargets } from './upload-targets.ts';

/** Bytes are sent to this service, which hashes them as they come and puts them straight into Staging. */
export class LocalUploadTargets extends UploadTargets {
  readonly direct = false;
  readonly source = null;
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

  override bring(id: string, _maxBytes: number, _accept: (file: StagedFile) => void): Promise<boolean> {
    return this.#staging.has(id);
  }

  override remove(id: string): Promise<void> {
    return this.#staging.remove(id);
  }

  override async *listElsewhere(): AsyncGenerator<string[]> {}
}
