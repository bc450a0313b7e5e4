import type { ChosenFile } from '../queue/uploads-snapshot.ts';

/** Of the File and Directory Entries API (https://wicg.github.io/entries-api/), what is walked. */
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

/** What systems leave in folders, and what they hide. */
const CLUTTER = /^(\.|thumbs\.db$|desktop\.ini$|ehthumbs\.db$|__macosx$)/i;
/** A folder within folders beyond this is a loop. */
const MAX_DEPTH = 50;

/** All files below some entries, folder by folder in the order of names. What cannot be read is passed over. */
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

/** A reader gives a hundred at a time, and none when there are no more. */
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

/** Whether a file of a folder that was chosen as a whole is worth a look; `path` is its path from that folder on. */
export function isClutter(path: string): boolean {
  return path.split('/').some((part) => CLUTTER.test(part));
}
