import { createReadStream, type ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import { IncompleteSourceError, type StagedFile, type Staging } from './staging.ts';

/** The properties of a file as its sender declares them. */
export interface DeclaredFile {
  filename: string;
  mimetype: string;
  encoding: string;
}

/** A file of a multipart request. It is staged under `id` and removed with the request unless it is taken. */
export class IncomingFile {
  readonly id = uuid();
  readonly filename: string;
  readonly mimetype: string;
  readonly encoding: string;
  readonly #staging: Staging;
  readonly #staged: Promise<StagedFile>;
  #isTaken = false;

  /**
   * Starts to stage `source`. If that fails, `source` is neither read further nor destroyed.
   * @param explain returns the error to throw if `source` ends early or fails
   */
  constructor(
    staging: Staging,
    source: Readable,
    maxBytes: number,
    declared: DeclaredFile,
    explain: () => Error,
  ) {
    this.filename = declared.filename;
    this.mimetype = declared.mimetype;
    this.encoding = declared.encoding;
    this.#staging = staging;
    this.#staged = staging.write(this.id, source, maxBytes).catch((error: unknown) => {
      throw error instanceof IncompleteSourceError ? explain() : error;
    });
  }

  /** Resolves when all bytes are staged, or when staging has failed. */
  get settled(): Promise<unknown> {
    return this.#staged.catch((error: unknown) => error);
  }

  /**
   * Takes over the file when all of its bytes are staged. From then on, the caller has to remove it.
   * @throws the errors of `Staging.write`, and the error of `explain` in place of IncompleteSourceError
   */
  take(): Promise<StagedFile> {
    this.#isTaken = true;
    return this.#staged;
  }

  /** Reads the bytes of a file that has been taken. */
  createReadStream(): ReadStream {
    return createReadStream(this.#staging.path(this.id));
  }

  /** Removes the file at the end of the request, unless it has been taken. */
  async release(): Promise<void> {
    await this.settled;
    if (!this.#isTaken) await this.#staging.remove(this.id);
  }
}
