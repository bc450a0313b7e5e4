import { constants, type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Logger } from '@nestjs/common';
import { DatabaseStartError } from '../../database-start-error.ts';

/** The number and the CRC-32 of its digits, in hex: always as long, so that it is written over in place and in one step. */
const RECORD = /^(\d{16}) ([0-9a-f]{8})\n$/;
const RECORD_BYTES = 26;
/** How long a number may be in the kernel's hands alone; only a loss of power takes it from there. */
const FLUSH_MS = 1_000;

/**
 * A number that only grows, in a file of its own. It is written when what it counts is durable elsewhere, so whatever
 * happens it is never ahead of that; and it survives the end of the process without a flush.
 */
export class HighWaterMark {
  readonly #path: string;
  readonly #logger = new Logger('DuckDbDatabase');
  #file: FileHandle | null = null;
  #flush: NodeJS.Timeout | null = null;
  #hasFailed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** The number; null where there is none, or none that can be read. Throws DatabaseStartError where the file may not be. */
  async read(): Promise<number | null> {
    let file: FileHandle;
    try {
      file = await open(this.#path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw unreadable(this.#path, error);
    }
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(RECORD_BYTES));
      return decode(buffer.toString('latin1', 0, bytesRead));
    } catch (error) {
      throw unreadable(this.#path, error);
    } finally {
      await file.close();
    }
  }

  /** Writes a greater number. Never rejects: what it bears witness to is durable without it. */
  async raise(value: number): Promise<void> {
    try {
      this.#file ??= await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
      await this.#file.write(encode(value), 0, RECORD_BYTES, 0);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#logger.warn(`${this.#path} could not be written: ${String(error)}`);
      this.#hasFailed = true;
      return;
    }
    this.#flush ??= setTimeout(() => {
      this.#flush = null;
      this.#file?.datasync().catch(() => undefined);
    }, FLUSH_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#flush) clearTimeout(this.#flush);
    this.#flush = null;
    const file = this.#file;
    this.#file = null;
    await file?.datasync().catch(() => undefined);
    await file?.close().catch(() => undefined);
  }
}

function encode(value: number): Buffer {
  const digits = String(value).padStart(16, '0');
  return Buffer.from(`${digits} ${checksum(digits)}\n`);
}

function decode(record: string): number | null {
  const [, digits, sum] = RECORD.exec(record) ?? [];
  return digits !== undefined && sum === checksum(digits) ? Number(digits) : null;
}

function checksum(digits: string): string {
  return crc32(digits).toString(16).padStart(8, '0');
}

function isMissing(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(path: string, cause: unknown): DatabaseStartError {
  return new DatabaseStartError(
    `${path} may not be read: let the user that runs this program read and write it. (${String(cause)})`,
    { cause },
  );
}
