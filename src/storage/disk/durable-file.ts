import { randomUUID } from 'node:crypto';
import { constants, link, lstat, open, rename, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { errnoOf, onDisk } from './disk-error.ts';

/**
 * Creates a file and flushes it. Reads `body` as fast as the disk accepts the bytes. After a failure, the file may
 * still exist.
 * @throws StorageUnavailableError if the disk fails
 * @throws any error of the stream
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

/**
 * Flushes a regular file. This is cheap if the file is already flushed.
 * @throws TypeError if `path` is not a regular file
 * @throws any error of the disk
 */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (!(await file.stat()).isFile()) throw new TypeError('Only regular files can be stored as objects.');
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Flushes the entries of a folder.
 * @throws any error of the disk
 */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } catch (error) {
    // File systems that cannot flush a folder report EINVAL.
    if (errnoOf(error) !== 'EINVAL') throw error;
  } finally {
    await folder.close();
  }
}

/**
 * Gives a complete file the name `target` in one atomic step. Fails with EEXIST and changes nothing if that name
 * exists already.
 */
export type Publish = (file: string, target: string) => Promise<void>;

/** Publishes with a hard link, so that the kernel decides between concurrent writers. The old name remains. */
export const publishByLink: Publish = link;

/**
 * Publishes with a rename, for file systems without hard links (FAT, some network shares). Because a rename
 * replaces an existing file, it first checks whether the target exists. A queue per target makes check and rename
 * atomic within this process, but not between processes.
 */
export function publisherByRename(): Publish {
  const queues = new Map<string, Promise<void>>();
  return async (file, target) => {
    const previous = queues.get(target);
    const current = (async () => {
      await previous?.catch(() => undefined);
      if (await exists(target)) {
        throw Object.assign(new Error('EEXIST'), { code: 'EEXIST', syscall: 'rename' });
      }
      await rename(file, target);
    })();
    queues.set(target, current);
    try {
      await current;
    } finally {
      if (queues.get(target) === current) queues.delete(target);
    }
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Returns a method of publishing files in `folder`, after a test whether the file system supports hard links.
 * @throws any error of the disk
 */
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
