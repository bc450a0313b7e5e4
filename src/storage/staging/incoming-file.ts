import { createReadStream, type ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import { CutShortError, type StagedFile, type Staging } from './staging.ts';

/** What the sender says of a file. */
export interface FileLabels {
  filename: string;
  mimetype: string;
  encoding: string;
}

/** A file of a request: it is being staged under `id`, and goes with the request unless it is taken. */
export class IncomingFile {
  readonly id = uuid();
  readonly filename: string;
  readonly mimetype: string;
  readonly encoding: string;
  readonly #staging: Staging;
  readonly #staged: Promise<StagedFile>;
  #isTaken = false;

  /** Begins to stage `source`, which is left as it is when that fails. `explain` says why it ended before its end. */
  constructor(
    staging: Staging,
    source: Readable,
    maxBytes: number,
    labels: FileLabels,
    explain: () => Error,
  ) {
    this.filename = labels.filename;
    this.mimetype = labels.mimetype;
    this.encoding = labels.encoding;
    this.#staging = staging;
    this.#staged = staging.write(this.id, source, maxBytes).catch((error: unknown) => {
      throw error instanceof CutShortError ? explain() : error;
    });
  }

  /** Resolves when all bytes are staged or have failed. */
  get settled(): Promise<unknown> {
    return this.#staged.catch((error: unknown) => error);
  }

  /** Waits for all its bytes, which are the caller's to remove from now on. @throws as Staging.write does, or what explains a cut. */
  take(): Promise<StagedFile> {
    this.#isTaken = true;
    return this.#staged;
  }

  /** Reads the bytes of a file that was taken. */
  createReadStream(): ReadStream {
    return createReadStream(this.#staging.path(this.id));
  }

  /** The request is over: what nobody took is removed. */
  async release(): Promise<void> {
    await this.settled;
    if (!this.#isTaken) await this.#staging.remove(this.id);
  }
}
