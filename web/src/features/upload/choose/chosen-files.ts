import { type Entry, isClutter, walk } from './folder-walk.ts';
import type { ChosenFile } from '../queue/uploads-snapshot.ts';

/** The files of folders are yielded in parts of this size, so that uploads start before all files are found. */
const PART = 200;

/**
 * Returns the dropped files, including those in dropped folders. Must be called during the `drop` event, because the
 * browser clears the DataTransfer afterwards.
 */
export function droppedFiles({ items, files }: DataTransfer): AsyncGenerator<ChosenFile[]> {
  const entries: Entry[] = [];
  const loose: ChosenFile[] = [];
  for (const item of items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) entries.push(entry);
    else if (file) loose.push({ file, folder: '' });
  }
  if (entries.length === 0 && loose.length === 0) loose.push(...chosenFiles(files));
  return inParts(loose, entries);
}

async function* inParts(loose: ChosenFile[], entries: Entry[]): AsyncGenerator<ChosenFile[]> {
  if (loose.length > 0) yield loose;
  let part: ChosenFile[] = [];
  for await (const chosen of walk(entries)) {
    part.push(chosen);
    if (part.length < PART) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** Returns the files that were chosen in the browser's file or folder dialog, or pasted. Skips clutter in folders. */
export function chosenFiles(files: Iterable<File>): ChosenFile[] {
  return [...files].flatMap((file) => {
    const path = file.webkitRelativePath;
    if (path === '') return [{ file, folder: '' }];
    const [top = '', ...below] = path.split('/');
    if (isClutter(below.join('/'))) return [];
    return [{ file, folder: [top, ...below.slice(0, -1)].join('/') }];
  });
}

interface Formats {
  contentType: string;
  extensions: readonly string[];
}

/**
 * Skips the files of folders whose extension is not that of a supported format, such as videos and text files. Does
 * not skip files that were chosen individually or have no extension.
 * @param formats the supported formats; if it is empty, no file is skipped
 * @returns the remaining files and the number of skipped files
 */
export function skipOtherTypes(
  chosen: readonly ChosenFile[],
  formats: readonly Formats[],
): { files: ChosenFile[]; skipped: number } {
  const known = new Set(formats.flatMap(({ extensions }) => extensions));
  const files = chosen.filter(({ file, folder }) => {
    const [extension] = /\.[^.]+$/.exec(file.name.toLowerCase()) ?? [];
    return folder === '' || known.size === 0 || extension === undefined || known.has(extension);
  });
  return { files, skipped: chosen.length - files.length };
}
