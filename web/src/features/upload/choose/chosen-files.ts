import { type Entry, isClutter, walk } from './folder-walk.ts';
import type { ChosenFile } from '../queue/uploads-snapshot.ts';

/** Walked files are handed on in parts, so that the first are on their way while others are still found. */
const PART = 200;

/** What was dropped, folders with all that is in them. To be called while the drop is told: a moment later it is gone. */
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
  if (entries.length === 0 && loose.length === 0) loose.push(...looseFiles(files));
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

/** What was chosen in the browser's own dialog, of files or of a folder; or pasted. */
export function looseFiles(files: Iterable<File>): ChosenFile[] {
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
 * Takes out of a folder what by its name is no photo: the films, notes and lists between them. A file that was chosen by
 * itself stays, whatever it is called; so does one without an extension.
 */
export function leaveOutOthers(
  chosen: readonly ChosenFile[],
  formats: readonly Formats[],
): { files: ChosenFile[]; leftOut: number } {
  const known = new Set(formats.flatMap(({ extensions }) => extensions));
  const files = chosen.filter(({ file, folder }) => {
    const [extension] = /\.[^.]+$/.exec(file.name.toLowerCase()) ?? [];
    return folder === '' || known.size === 0 || extension === undefined || known.has(extension);
  });
  return { files, leftOut: chosen.length - files.length };
}
