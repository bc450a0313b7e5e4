import type { ChosenFile } from '../queue/uploads-snapshot.ts';

/** The part of the File and Directory Entries API (https://wicg.github.io/entries-api/) that is used here. */
export interface Entry {
  name: string;
  isFile: boolean;
  isDirectory: boolean;
}
export interface FileEntry extends Entry {
  file(done: (file: File) => void, failed?: (error: DOMException) => void): void;
}
export interface FolderEntry extends Entry {
  createReader(): {
    readEntries(done: (entries: Entry[]) => void, failed?: (error: DOMException) => void): void;
  };
}

const isFile = (entry: Entry): entry is FileEntry => entry.isFile;
const isFolder = (entry: Entry): entry is FolderEntry => entry.isDirectory;

/** The names of hidden files, and of files that operating systems create in folders. */
const CLUTTER = /^(\.|thumbs\.db$|desktop\.ini$|ehthumbs\.db$|__macosx$)/i;
/** A folder that is nested this deep is part of a loop. */
const MAX_DEPTH = 50;

/** Yields the files of some entries. Sorts each folder by name. Skips clutter in folders and unreadable entries. */
export async function* walk(entries: readonly Entry[], folder = '', depth = 0): AsyncGenerator<ChosenFile> {
  for (const entry of entries) {
    if (depth > 0 && CLUTTER.test(entry.name)) continue;
    if (isFile(entry)) {
      const file = await fileOf(entry);
      if (file) yield { file, folder };
    } else if (isFolder(entry) && depth < MAX_DEPTH) {
      yield* walk(await entriesOf(entry), folder === '' ? entry.name : `${folder}/${entry.name}`, depth + 1);
    }
  }
}

function fileOf(entry: FileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

/** Returns the entries of a folder, sorted by name. A reader returns up to 100 entries per call, and none at the end. */
async function entriesOf(folder: FolderEntry): Promise<Entry[]> {
  const reader = folder.createReader();
  const entries: Entry[] = [];
  for (;;) {
    const part = await new Promise<Entry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (part.length === 0) break;
    entries.push(...part);
  }
  return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Returns whether a file in a chosen folder is clutter. @param path the path of the file in that folder */
export function isClutter(path: string): boolean {
  return path.split('/').some((part) => CLUTTER.test(part));
}
