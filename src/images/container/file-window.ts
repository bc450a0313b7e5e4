import type { FileHandle } from 'node:fs/promises';
import { readAt } from './read-at.ts';

const WINDOW_BYTES = 4096;

/** Reads small parts of a file in ascending order, several of them with one system call. */
export class FileWindow {
  readonly #file: FileHandle;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Returns `length` bytes from `offset`; null if the file ends earlier. */
  async read(offset: number, length: number): Promise<Buffer | null> {
    const isInside = offset >= this.#start && offset + length <= this.#start + this.#bytes.length;
    if (!isInside) {
      this.#bytes = await readAt(this.#file, offset, Math.max(WINDOW_BYTES, length));
      this.#start = offset;
    }
    const part = this.#bytes.subarray(offset - this.#start).subarray(0, length);
    return part.length === length ? part : null;
  }
}
