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
import { patientFiles } from './patient-files.ts';

/** More bytes came than were allowed; nothing of them is kept. */
export class TooManyBytesError extends Error {
  override name = 'TooManyBytesError';
}

/** A file whose bytes are all here. */
export interface StagedFile {
  sizeBytes: number;
  /** SHA-256, lower-case hex. */
  checksum: string;
}

/** The source ended before its end, or failed. */
export class CutShortError extends Error {
  override name = 'CutShortError';
}

/** What arrives while a write is under way is written in one go, up to this many bytes. */
const WRITE_AHEAD_BYTES = 256 * 1024;

/** Bytes on their way in: a local file for each upload, flushed to the disk, before anything is known of its content. */
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
   * Writes a stream to a file of its own, hashed on the way. `accept` looks at what arrived before it takes the
   * upload's place: what it throws discards the file. A source that is not wanted to its end is left as it is, neither
   * read on nor destroyed.
   * @throws TooManyBytesError as soon as more than `maxBytes` came; CutShortError; StorageUnavailableError.
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
    const forget = finished(source, { writable: false }, (error) => {
      if (error) measure.destroy(new CutShortError('The bytes ended before their end.', { cause: error }));
    });
    source.pipe(measure);
    try {
      const sink = { flags: 'wx', flush: true, highWaterMark: WRITE_AHEAD_BYTES, fs: patientFiles };
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
      forget();
      source.unpipe(measure);
    }
  }

  async has(uploadId: string): Promise<boolean> {
    return stat(this.path(uploadId)).then(
      () => true,
      () => false,
    );
  }

  /** What cannot be removed now is removed by a sweep. */
  async remove(uploadId: string): Promise<void> {
    await rm(this.path(uploadId), { force: true }).catch(() => undefined);
  }

  /** Takes a byte and removes it again. Throws StorageUnavailableError where that fails. */
  async check(): Promise<void> {
    const id = uuid();
    await this.write(id, Readable.from([Buffer.of(0)]), 1);
    await this.remove(id);
  }

  /** Every file here: its name, the upload that it belongs to and its age in milliseconds. */
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
