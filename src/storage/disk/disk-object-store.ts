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

/** No key starts with a dot, so no key leads here. Also the sign that the root is what it was when it was opened. */
const INCOMING = '.incoming';
const HEALTH = 'health';
const READ_CHUNK_BYTES = 256 * 1024;

/**
 * Objects as files of a folder, a key being the path. Bytes arrive under a name of their own in `.incoming`, are flushed,
 * and are then given their key's name in one step that fails where the key is taken. Folders stay when they are empty:
 * there is one for each person and kind. The content type is not kept.
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
   * Opens the folder `root`, made where it is missing; another process may be using it. `publish` is how files get their names; by default what the file system can do is found out.
   * @throws StorageUnavailableError when the folder cannot be used.
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

  override async discardUnfinished(): Promise<void> {
    await onDisk(async () => {
      for (const name of await readdir(this.#incoming))
        await rm(join(this.#incoming, name), { recursive: true, force: true });
      await rm(join(this.#root, HEALTH), { recursive: true, force: true });
      this.#folders.forget();
    });
  }

  override async put(key: string, body: Readable | Buffer): Promise<void> {
    const file = join(this.#incoming, randomUUID());
    // The loop that reads the stream throws its error; one that comes before must not end the process.
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
      // Another file system, or one without second names: the object needs bytes of its own.
      return await this.put(key, createReadStream(path, { highWaterMark: READ_CHUNK_BYTES }));
    });
  }

  override async read(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.#pathOf(key);
    return onDisk(async () => {
      const file = await this.#open(path);
      try {
        const stats = await file.stat();
        if (!stats.isFile()) throw new ObjectNotFoundError('There is no such object.');
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
        // Linux says EISDIR of a folder, macOS EPERM.
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
      // One key more than asked for tells whether there is another page.
      for await (const key of walkKeys(this.#root, { prefix, after: after ?? '', batch: limit + 1 })) {
        if (keys.length === limit) return { keys, next: keys.at(-1) ?? null };
        keys.push(key);
      }
      return { keys, next: null };
    });
  }

  override async check(): Promise<void> {
    const id = randomUUID();
    const key = `${HEALTH}/${id}`;
    const written = Buffer.from(id);
    try {
      await this.put(key, written);
      const read = await onDisk(async () => buffer(await this.read(key)));
      if (!read.equals(written))
        throw new StorageUnavailableError('An object is not read as it was written.');
    } finally {
      await this.delete(key);
    }
  }

  #pathOf(key: string): string {
    checkKey(key);
    return join(this.#root, key);
  }

  /** Names a flushed file; durable when it resolves. The first name may stay. */
  async #name(file: string, target: string): Promise<void> {
    await this.#checkRoot();
    try {
      await this.#publishInside(file, target);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Other hands removed a folder that was made before: it is made again, once.
      this.#folders.forget();
      await this.#publishInside(file, target);
    }
    try {
      await syncFolder(dirname(target));
    } catch (error) {
      // Takes the name away again; after a rename the file goes back, after a link this rename does nothing.
      await rename(target, file).catch(() => undefined);
      await unlink(target).catch(() => undefined);
      throw error;
    }
  }

  async #publishInside(file: string, target: string): Promise<void> {
    await this.#folders.ensure(dirname(target));
    if ((await realpath(dirname(target))) !== dirname(target)) {
      throw new StorageUnavailableError('The folder of objects has a link in the place of a folder.');
    }
    try {
      await this.#publish(file, target);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      throw new ObjectExistsError('An object of this key exists already.', { cause: error });
    }
  }

  async #open(path: string): Promise<FileHandle> {
    if (await this.#isInside(path)) {
      try {
        return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      } catch (error) {
        // ELOOP: the name is a link, which is no object.
        if (!isMissing(error) && errnoOf(error) !== 'ELOOP') throw error;
      }
    }
    await this.#checkRoot();
    throw new ObjectNotFoundError('There is no such object.');
  }

  /** False where the folder of `path` is missing, or is reached through a link that somebody put into the tree. */
  async #isInside(path: string): Promise<boolean> {
    const folder = dirname(path);
    return (await realpath(folder).catch(nullIfMissing)) === folder;
  }

  /** Tells a missing object from a missing root (a volume that is not mounted), in which every object would be missing. */
  async #checkRoot(): Promise<void> {
    await lstat(this.#incoming);
  }
}

/** Makes the root where it is missing, durably. */
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
  if (start >= sizeBytes) throw new RangeError('The range starts behind the last byte.');
  return { start, end: Math.min(end, sizeBytes - 1) };
}
