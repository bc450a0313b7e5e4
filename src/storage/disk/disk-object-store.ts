import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { checkKey, checkListing } from '../object-key.ts';
import {
  type ByteRange,
  checkRange,
  ObjectExistsError,
  type ObjectInfo,
  ObjectNotFoundError,
  type ObjectPage,
  ObjectStore,
  StorageUnavailableError,
} from '../object-store.ts';
import { errnoOf, onDisk } from './disk-error.ts';
import {
  type Publish,
  publishByLink,
  publisherFor,
  syncFile,
  syncFolder,
  writeNewFile,
} from './durable-file.ts';
import { DurableFolders } from './durable-folders.ts';
import { walkKeys } from './key-walk.ts';

/**
 * The folder of unfinished writes. No key starts with a dot, so that no object can be in this folder. If it is
 * missing, the root is not the folder that was opened, for example because a volume is no longer mounted.
 */
const INCOMING = '.incoming';
const HEALTH_FOLDER = 'health';
const READ_CHUNK_BYTES = 256 * 1024;

/**
 * Stores objects as files in a folder. The key is the path. Bytes are written to a temporary file in `.incoming`
 * and flushed. The file then gets its final name in one atomic step, which fails if the key already exists. Empty
 * folders are not removed: there is one per user and kind of object. The content type is not stored.
 */
export class DiskObjectStore extends ObjectStore {
  readonly #root: string;
  readonly #incoming: string;
  readonly #folders: DurableFolders;
  readonly #publish: Publish;

  private constructor(root: string, publish: Publish) {
    super();
    this.#root = root;
    this.#incoming = join(root, INCOMING);
    this.#folders = new DurableFolders(root);
    this.#publish = publish;
  }

  /**
   * Opens the folder `root`, and creates it if it is missing. Another process may be using the folder.
   * @param publish gives files their final names; by default, the best method that the file system supports
   * @throws StorageUnavailableError if the folder cannot be used
   */
  static async open(root: string, publish?: Publish): Promise<DiskObjectStore> {
    return onDisk(async () => {
      await makeRoot(resolve(root));
      const real = await realpath(root);
      await mkdir(join(real, INCOMING), { recursive: true, mode: 0o700 });
      await syncFolder(real);
      return new DiskObjectStore(real, publish ?? (await publisherFor(join(real, INCOMING))));
    });
  }

  override async discardUnfinished(olderThanMs: number): Promise<void> {
    await onDisk(async () => {
      for (const name of await readdir(this.#incoming)) {
        const path = join(this.#incoming, name);
        const found = await lstat(path).catch(() => null);
        if (found && Date.now() - found.mtimeMs >= olderThanMs)
          await rm(path, { recursive: true, force: true });
      }
      if (olderThanMs > 0) return;
      await rm(join(this.#root, HEALTH_FOLDER), { recursive: true, force: true });
      this.#folders.forget();
    });
  }

  override async put(key: string, body: Readable | Buffer): Promise<void> {
    const file = join(this.#incoming, randomUUID());
    // The loop that reads the stream throws its errors. This listener keeps earlier errors from ending the process.
    if (!Buffer.isBuffer(body)) body.on('error', () => undefined);
    try {
      const target = this.#pathOf(key);
      await writeNewFile(file, body);
      await onDisk(() => this.#name(file, target));
    } finally {
      if (!Buffer.isBuffer(body)) body.destroy();
      await unlink(file).catch(() => undefined);
    }
  }

  override async putFile(key: string, path: string): Promise<void> {
    const target = this.#pathOf(key);
    await onDisk(async () => {
      await syncFile(path);
      try {
        if (this.#publish === publishByLink) return await this.#name(path, target);
      } catch (error) {
        if (errnoOf(error) !== 'EXDEV') throw error;
      }
      // The file is on another file system, or there are no hard links: the bytes have to be copied.
      return await this.put(key, createReadStream(path, { highWaterMark: READ_CHUNK_BYTES }));
    });
  }

  override async read(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.#pathOf(key);
    return onDisk(async () => {
      const file = await this.#open(path);
      try {
        const stats = await file.stat();
        if (!stats.isFile()) throw new ObjectNotFoundError('The object does not exist.');
        const part = range && clip(range, stats.size);
        return file.createReadStream({ ...part, highWaterMark: READ_CHUNK_BYTES });
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  override async find(key: string): Promise<ObjectInfo | null> {
    const path = this.#pathOf(key);
    return onDisk(async () => {
      const stats = (await this.#isInside(path)) && (await lstat(path).catch(nullIfMissing));
      if (!stats) await this.#checkRoot();
      return stats && stats.isFile() ? { key, sizeBytes: stats.size } : null;
    });
  }

  override async delete(key: string): Promise<void> {
    const path = this.#pathOf(key);
    await onDisk(async () => {
      if (!(await this.#isInside(path))) return this.#checkRoot();
      try {
        await unlink(path);
      } catch (error) {
        if (isMissing(error)) return this.#checkRoot();
        // For a folder, Linux reports EISDIR and macOS EPERM.
        if ((await lstat(path)).isDirectory()) return undefined;
        throw error;
      }
      return syncFolder(dirname(path));
    });
  }

  override async list(
    prefix: string,
    { after, limit }: { after?: string | null; limit: number },
  ): Promise<ObjectPage> {
    checkListing(prefix, after, limit);
    return onDisk(async () => {
      await this.#checkRoot();
      const keys: string[] = [];
      if (!(await this.#isInside(join(this.#root, `${prefix}x`)))) return { keys, next: null };
      // One key more than requested, to find out whether there is another page.
      for await (const key of walkKeys(this.#root, { prefix, after: after ?? '', batch: limit + 1 })) {
        if (keys.length === limit) return { keys, next: keys.at(-1) ?? null };
        keys.push(key);
      }
      return { keys, next: null };
    });
  }

  override async check(): Promise<void> {
    const id = randomUUID();
    const key = `${HEALTH_FOLDER}/${id}`;
    const written = Buffer.from(id);
    try {
      await this.put(key, written);
      const read = await onDisk(async () => buffer(await this.read(key)));
      if (!read.equals(written))
        throw new StorageUnavailableError('The bytes read from an object differ from those written.');
    } finally {
      await this.delete(key);
    }
  }

  #pathOf(key: string): string {
    checkKey(key);
    return join(this.#root, key);
  }

  /** Gives a flushed file its final name, durable when the promise resolves. The temporary name may remain. */
  async #name(file: string, target: string): Promise<void> {
    await this.#checkRoot();
    try {
      await this.#publishInside(file, target);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Another program has removed a folder that this process created. One more attempt creates it again.
      this.#folders.forget();
      await this.#publishInside(file, target);
    }
    try {
      await syncFolder(dirname(target));
    } catch (error) {
      // Removes the final name again. If the file was renamed, the rename restores its temporary name. If it was
      // linked, the rename does nothing, and `unlink` removes the link.
      await rename(target, file).catch(() => undefined);
      await unlink(target).catch(() => undefined);
      throw error;
    }
  }

  async #publishInside(file: string, target: string): Promise<void> {
    await this.#folders.ensure(dirname(target));
    if ((await realpath(dirname(target))) !== dirname(target)) {
      throw new StorageUnavailableError('The object folder contains a link instead of a folder.');
    }
    try {
      await this.#publish(file, target);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      throw new ObjectExistsError('An object with this key already exists.', { cause: error });
    }
  }

  async #open(path: string): Promise<FileHandle> {
    if (await this.#isInside(path)) {
      try {
        return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      } catch (error) {
        // ELOOP: the path is a link and therefore not an object.
        if (!isMissing(error) && errnoOf(error) !== 'ELOOP') throw error;
      }
    }
    await this.#checkRoot();
    throw new ObjectNotFoundError('The object does not exist.');
  }

  /** Returns false if the folder of `path` is missing, or if its path contains a symbolic link. */
  async #isInside(path: string): Promise<boolean> {
    const folder = dirname(path);
    return (await realpath(folder).catch(nullIfMissing)) === folder;
  }

  /**
   * Makes sure that an object is reported as missing only if the root itself is there.
   * @throws an ENOENT error if the root is missing or does not contain `.incoming`
   */
  async #checkRoot(): Promise<void> {
    await lstat(this.#incoming);
  }
}

/** Creates the root if it is missing, and flushes the folders that contain it. */
async function makeRoot(root: string): Promise<void> {
  const first = await mkdir(root, { recursive: true, mode: 0o700 });
  if (!first) return;
  for (let folder = root; folder.length >= first.length; folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
}

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

function clip(range: ByteRange, sizeBytes: number): ByteRange {
  checkRange(range);
  const { start, end } = range;
  if (start >= sizeBytes) throw new RangeError('The range starts after the last byte.');
  return { start, end: Math.min(end, sizeBytes - 1) };
}
