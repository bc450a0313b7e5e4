import { StorageUnavailableError } from '../object-store.ts';

/** Returns the code of a system call's error, such as ENOENT, or `null` for any other error. */
export function errnoOf(error: unknown): string | null {
  const isSystemError = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
  return isSystemError && typeof error.code === 'string' ? error.code : null;
}

/**
 * Runs an operation on the disk, and converts errors of system calls.
 * @throws StorageUnavailableError if a system call fails. The message contains the error code but no path, and the
 * cause is the original error.
 */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const errno = errnoOf(error);
    if (!errno) throw error;
    throw new StorageUnavailableError(`The object folder cannot be used (${errno}).`, { cause: error });
  }
}
