import { StorageUnavailableError } from '../object-store.ts';

/** The code of a system call's error, such as ENOENT; null for any other error. */
export function errnoOf(error: unknown): string | null {
  const isSystemError = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
  return isSystemError && typeof error.code === 'string' ? error.code : null;
}

/**
 * Runs work on the disk.
 * @throws StorageUnavailableError where a system call failed: its message names the error and no path, its cause has both.
 */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const errno = errnoOf(error);
    if (!errno) throw error;
    throw new StorageUnavailableError(`The folder of objects cannot be used (${errno}).`, { cause: error });
  }
}
