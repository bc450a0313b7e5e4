import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageUnavailableError } from '../object-store.ts';
import { errnoOf } from './disk-error.ts';
import { syncFolder } from './durable-file.ts';

/**
 * A bound, so that memory does not grow with the number of users. Forgetting a folder costs one additional flush.
 */
const MAX_REMEMBERED = 10_000;

/** Creates folders below one root. Each folder's entry in its parent is flushed once per process. */
export class DurableFolders {
  readonly #made = new Map<string, Promise<void>>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Creates a folder and its ancestors below the root if they are missing. They survive a loss of power when the
   * promise resolves.
   * @throws StorageUnavailableError if a folder's path is a link or a file
   * @throws any error of the disk
   */
  async ensure(folder: string): Promise<void> {
    if (folder === this.#root) return;
    let made = this.#made.get(folder);
    if (!made) {
      if (this.#made.size >= MAX_REMEMBERED) this.#made.clear();
      made = this.#make(folder);
      this.#made.set(folder, made);
      // After a failure, the next caller retries.
      made.catch(() => this.#made.delete(folder));
    }
    await made;
  }

  /** Forgets all folders, because another program may have removed one. */
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
      // A link could lead out of the root. A file is an object whose key is a prefix of this folder.
      if (!(await lstat(folder)).isDirectory()) {
        throw new StorageUnavailableError(
          'The object folder contains a file or a link instead of a folder.',
          {
            cause: error,
          },
        );
      }
    }
    // Flushes even if the folder existed: an earlier process may have ended between creating and flushing it.
    await syncFolder(parent);
  }
}
