import { randomUUID } from 'node:crypto';
import { constants, link, lstat, open, rename, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { errnoOf, onDisk } from './disk-error.ts';

/**
 * Writes a file that did not exist, and flushes it. Reads `body` as fast as the disk takes it.
 * @throws StorageUnavailableError for the disk's errors; the stream's own errors as they are. The file may be left behind.
 */
export async function writeNewFile(path: string, body: Readable | Buffer): Promise<void> {
  const file = await onDisk(() => open(path, 'wx', 0o600));
  try {
    const chunks: Iterable<Buffer> | AsyncIterable<Buffer> = Buffer.isBuffer(body) ? [body] : body;
    for await (const chunk of chunks) await onDisk(() => file.writeFile(chunk));
    await onDisk(() => file.sync());
  } finally {
    await onDisk(() => file.close());
  }
}

/** Flushes a regular file that something else wrote; next to nothing where that was done already. Throws the disk's errors. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (!(await file.stat()).isFile()) throw new TypeError('Only a regular file can become an object.');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the names in a folder. Throws the disk's errors. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } catch (error) {
    // A file system that cannot flush a folder says EINVAL.
    if (errnoOf(error) !== 'EINVAL') throw error;
  } finally {
    await folder.close();
  }
}

/** Gives a whole file a second name, or fails with EEXIST and touches nothing; one step for anybody who looks. */
export type Publish = (file: string, target: string) => Promise<void>;

/** By a hard link: the kernel decides between any number of writers. The first name stays. */
export const publishByLink: Publish = link;

/**
 * By a rename, for file systems without hard links (FAT, some network shares). A rename replaces what is there, so one
 * look and one rename happen at a time for each target, in this process only.
 */
export function publisherByRename(): Publish {
  const turns = new Map<string, Promise<void>>();
  return async (file, target) => {
    const before = turns.get(target);
    const turn = (async () => {
      await before?.catch(() => undefined);
      if (await isTaken(target)) {
        throw Object.assign(new Error('EEXIST'), { code: 'EEXIST', syscall: 'rename' });
      }
      await rename(file, target);
    })();
    turns.set(target, turn);
    try {
      await turn;
    } finally {
      if (turns.get(target) === turn) turns.delete(target);
    }
  };
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Finds out, with a file of its own in `folder`, how files can be published there. Throws the disk's errors. */
export async function publisherFor(folder: string): Promise<Publish> {
  const probe = `${folder}/${randomUUID()}`;
  const [first, second] = [probe, `${probe}-2`];
  await (await open(first, 'wx', 0o600)).close();
  try {
    await link(first, second);
    await unlink(second);
    return publishByLink;
  } catch (error) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error;
    return publisherByRename();
  } finally {
    await unlink(first);
  }
}
