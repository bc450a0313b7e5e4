import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isKeyComponent } from '../object-key.ts';
import { errnoOf } from './disk-error.ts';

export interface WalkOptions {
  prefix: string;
  /** Only keys after this one are returned. An empty string returns all keys. */
  after: string;
  /** The number of entries of a folder that are held in memory. A larger folder is read once per batch. */
  batch: number;
}

/**
 * Yields the keys of the objects under `root` in byte order. Folder names are compared with a trailing slash, so
 * that they sort among their siblings in the same way as the keys in them (`a-b` < `a.b` < `a/b` < `a0`).
 * @throws any error of the disk
 */
export async function* walkKeys(root: string, options: WalkOptions): AsyncGenerator<string> {
  yield* keysIn(root, options.prefix.slice(0, options.prefix.lastIndexOf('/') + 1), options);
}

/** Walks one folder. `folder` is empty for the root, and otherwise ends with a slash. */
async function* keysIn(root: string, folder: string, options: WalkOptions): AsyncGenerator<string> {
  let last = '';
  for (;;) {
    const entries = await firstEntries(root, folder, options, last);
    for (const entry of entries) {
      if (entry.endsWith('/')) yield* keysIn(root, entry, options);
      else yield entry;
    }
    if (entries.length < options.batch) return;
    last = entries.at(-1) ?? '';
  }
}

/**
 * Returns the next entries of a folder after `last`, in order: matching keys, and folders that may contain some.
 * Folders end with a slash.
 */
async function firstEntries(
  root: string,
  folder: string,
  options: WalkOptions,
  last: string,
): Promise<string[]> {
  let entries: string[] = [];
  try {
    for await (const item of await opendir(join(root, folder), { bufferSize: 1024 })) {
      const isFolder = item.isDirectory();
      if (!isKeyComponent(item.name) || !(isFolder || item.isFile())) continue;
      const entry = folder + item.name + (isFolder ? '/' : '');
      if (entry <= last || !mayContainKeys(entry, isFolder, options)) continue;
      entries.push(entry);
      // Keys are ASCII, for which the default sort order is byte order.
      if (entries.length >= 2 * options.batch) entries = entries.toSorted().slice(0, options.batch);
    }
  } catch (error) {
    // The folder has been removed by another program, or is a file: there are no keys in it.
    if (!['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
  }
  return entries.toSorted().slice(0, options.batch);
}

function mayContainKeys(entry: string, isFolder: boolean, { prefix, after }: WalkOptions): boolean {
  const hasPrefix = entry.startsWith(prefix) || (isFolder && prefix.startsWith(entry));
  return hasPrefix && (entry > after || (isFolder && after.startsWith(entry)));
}
