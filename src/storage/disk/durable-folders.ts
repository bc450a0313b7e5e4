import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageUnavailableError } from '../object-store.ts';
import { errnoOf } from './disk-error.ts';
import { syncFolder } from './durable-file.ts';

/** So that memory does not grow with the number of people; a folder that was forgotten costs one flush more. */
const MAX_REMEMBERED = 10_000;

/** The folders under one root. Each is made where it is missing, and flushed into its parent once in a process' life. */
export class DurableFolders {
  readonly #made = new Map<string, Promise<void>>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Resolves when the folder and all above it, up to the root, survive a loss of power. Throws the disk's errors. */
  async ensure(folder: string): Promise<void> {
    if (folder === this.#root) return;
    let made = this.#made.get(folder);
    if (!made) {
      if (this.#made.size >= MAX_REMEMBERED) this.#made.clear();
      made = this.#make(folder);
      this.#made.set(folder, made);
      // The next writer tries again.
      made.catch(() => this.#made.delete(folder));
    }
    await made;
  }

  /** For when a folder turns out to be gone, removed by other hands. */
  forget(): void {
    this.#made.clear();
  }

  async #make(folder: string): Promise<void> {
    const parent = dirname(folder);
    await this.ensure(parent);
    try {
      await mkdir(folder);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      // A link where a folder should be would lead out of the root; a file is an object whose key is in this one's way.
      if (!(await lstat(folder)).isDirectory()) {
        throw new StorageUnavailableError(
          'The folder of objects has something else in the place of a folder.',
          {
            cause: error,
          },
        );
      }
    }
    // Also where it was there: an earlier process may have ended between making and flushing it.
    await syncFolder(parent);
  }
}
