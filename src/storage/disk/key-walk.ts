import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isKeyComponent } from '../object-key.ts';
import { errnoOf } from './disk-error.ts';

export interface Wanted {
  prefix: string;
  /** Keys up to and with this one are left out; empty for none. */
  after: string;
  /** Names of one folder held in memory; a larger folder is read again for the next as many. */
  batch: number;
}

/**
 * The keys of the objects under `root`, in the order of the whole keys' bytes: with its slash behind it, a folder's name
 * sorts among its siblings as its keys do (`a-b` < `a.b` < `a/b` < `a0`). Throws the disk's errors.
 */
export async function* walkKeys(root: string, wanted: Wanted): AsyncGenerator<string> {
  yield* keysIn(root, wanted.prefix.slice(0, wanted.prefix.lastIndexOf('/') + 1), wanted);
}

/** `folder` is empty, or a key's start up to and with a slash. */
async function* keysIn(root: string, folder: string, wanted: Wanted): AsyncGenerator<string> {
  let last = '';
  for (;;) {
    const entries = await firstEntries(root, folder, wanted, last);
    for (const entry of entries) {
      if (entry.endsWith('/')) yield* keysIn(root, entry, wanted);
      else yield entry;
    }
    if (entries.length < wanted.batch) return;
    last = entries.at(-1) ?? '';
  }
}

/** In order, the first entries of a folder behind `last` that are or hold wanted keys; folders end in a slash. */
async function firstEntries(root: string, folder: string, wanted: Wanted, last: string): Promise<string[]> {
  let entries: string[] = [];
  try {
    for await (const item of await opendir(join(root, folder), { bufferSize: 1024 })) {
      const isFolder = item.isDirectory();
      if (!isKeyComponent(item.name) || !(isFolder || item.isFile())) continue;
      const entry = folder + item.name + (isFolder ? '/' : '');
      if (entry <= last || !mayHold(entry, isFolder, wanted)) continue;
      entries.push(entry);
      // Keys are ASCII, of which the default order is that of the bytes.
      if (entries.length >= 2 * wanted.batch) entries = entries.toSorted().slice(0, wanted.batch);
    }
  } catch (error) {
    // Removed by other hands, or not a folder: it holds no keys.
    if (!['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
  }
  return entries.toSorted().slice(0, wanted.batch);
}

function mayHold(entry: string, isFolder: boolean, { prefix, after }: Wanted): boolean {
  const starts = entry.startsWith(prefix) || (isFolder && prefix.startsWith(entry));
  return starts && (entry > after || (isFolder && after.startsWith(entry)));
}
