import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { finished, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { CONFIG, type Config } from '../../config/config.ts';
import { StorageUnavailableError } from '../object-store.ts';
import { throttledFs } from './throttled-fs.ts';

/** A source has more bytes than allowed. None of them are stored. */
export class TooManyBytesError extends Error {
  override name = 'TooManyBytesError';
}

/** A completely staged file. */
export interface StagedFile {
  sizeBytes: number;
  /** SHA-256, lower-case hex. */
  checksum: string;
}

/** A source ended early or failed. The cause is the original error. */
export class IncompleteSourceError extends Error {
  override name = 'IncompleteSourceError';
}

/** The number of bytes that are buffered while a write is in progress and then written together. */
const WRITE_BUFFER_BYTES = 256 * 1024;

/** Stores the bytes of uploads until their content is checked. Each upload is one file, flushed to the disk. */
@Injectable()
export class Staging implements OnModuleInit {
  readonly #folder: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.#folder = resolve(config.dataDir, 'temp', 'uploads');
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  path(uploadId: string): string {
    return join(this.#folder, uploadId);
  }

  /**
   * Writes a stream to the file of an upload and hashes it. If it fails, `source` is neither read further nor
   * destroyed.
   * @param accept checks the received file before it replaces an earlier file of the upload; if it throws, the
   * received file is discarded
   * @throws TooManyBytesError as soon as more than `maxBytes` bytes have arrived
   * @throws IncompleteSourceError if `source` ends early or fails
   * @throws StorageUnavailableError if the disk fails
   * @throws any error that `accept` throws
   */
  async write(
    uploadId: string,
    source: Readable,
    maxBytes: number,
    accept: (file: StagedFile) => void = () => undefined,
  ): Promise<StagedFile> {
    const part = `${this.path(uploadId)}.${uuid()}`;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) return done(new TooManyBytesError());
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const removeListeners = finished(source, { writable: false }, (error) => {
      if (error) measure.destroy(new IncompleteSourceError('The source ended early.', { cause: error }));
    });
    source.pipe(measure);
    try {
      const sink = { flags: 'wx', flush: true, highWaterMark: WRITE_BUFFER_BYTES, fs: throttledFs };
      await pipeline(measure, createWriteStream(part, sink));
      const file = { sizeBytes, checksum: hash.digest('hex') };
      accept(file);
      await rename(part, this.path(uploadId));
      await this.#flushFolder();
      return file;
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw isDiskFault(error)
        ? new StorageUnavailableError('The staging folder failed.', { cause: error })
        : error;
    } finally {
      removeListeners();
      source.unpipe(measure);
    }
  }

  async has(uploadId: string): Promise<boolean> {
    return stat(this.path(uploadId)).then(
      () => true,
      () => false,
    );
  }

  /** Removes the file of an upload. Never throws: the sweeper removes the file later if this fails. */
  async remove(uploadId: string): Promise<void> {
    await rm(this.path(uploadId), { force: true }).catch(() => undefined);
  }

  /**
   * Checks the folder: writes and removes a file of one byte.
   * @throws StorageUnavailableError if that fails
   */
  async check(): Promise<void> {
    const id = uuid();
    await this.write(id, Readable.from([Buffer.of(0)]), 1);
    await this.remove(id);
  }

  /** Returns all files, each with its name, the id of its upload and its age in milliseconds. */
  async list(): Promise<{ name: string; uploadId: string; ageMs: number }[]> {
    const names = await readdir(this.#folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const found = await stat(join(this.#folder, name)).catch(() => null);
        return found && { name, uploadId: name.split('.')[0] ?? name, ageMs: Date.now() - found.mtimeMs };
      }),
    );
    return files.filter((file) => file !== null);
  }

  async #flushFolder(): Promise<void> {
    const folder = await open(this.#folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function isDiskFault(error: unknown): boolean {
  return isNativeError(error) && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
