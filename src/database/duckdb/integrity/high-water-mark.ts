import { constants, type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Logger } from '@nestjs/common';
import { DatabaseStartError } from '../../database-start-error.ts';

/**
 * The number in decimal and the CRC-32 of its digits in hex. The length is fixed, so that one write can replace it
 * in place.
 */
const RECORD = /^(\d{16}) ([0-9a-f]{8})\n$/;
const RECORD_BYTES = 26;
/** How long a number may stay unflushed in the kernel's page cache, where only a power loss can destroy it. */
const FLUSH_MS = 1_000;

/**
 * A file with a number that only grows. The number is written after the data that it counts is durable elsewhere,
 * so it is never higher than the actual count. It survives a crash of the process without a flush.
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

  /**
   * @returns the number; null if the file is missing or its content is invalid.
   * @throws DatabaseStartError if the file cannot be read.
   */
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

  /** Writes a greater number. Never rejects, because the counted data is durable even if the number is not. */
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
    `${path} cannot be read. Give the user that runs this program read and write access to it. (${String(cause)})`,
    { cause },
  );
}
