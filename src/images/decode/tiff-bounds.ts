import { MIB } from '../../config/units.ts';
import { open } from 'node:fs/promises';
import { damaged, MAX_PAGES, tooLarge } from './decoded-image.ts';
import { readAt } from '../container/read-at.ts';
import {
  ALL_ENTRIES,
  readDirectory,
  readHeader,
  type TiffEntry,
  typeBytes,
} from '../container/tiff-directory.ts';

/** What the directories of a TIFF may say that they hold: more than the file, for pages may share a profile or a table. */
const SHARED_BYTES = 64 * MIB;
const SHARED_TIMES = 8;

/**
 * Looks at a TIFF's directories before libtiff does, which reads every value that a directory names, known or not, and would be
 * busy for minutes with one that names the same megabytes a thousand times.
 * @throws ImageRefusedError IMAGE_TOO_LARGE for its pages, INVALID_IMAGE
 */
export async function checkTiff(path: string): Promise<void> {
  await using file = await open(path);
  const read = (offset: number, length: number) => readAt(file, offset, length);
  const header = await readHeader(read);
  if (!header) throw damaged();
  const { layout, first } = header;
  const seen = new Set<number>();
  let room = (await file.stat()).size * SHARED_TIMES + SHARED_BYTES;
  for (let at = first; at !== 0 && !seen.has(at);) {
    if (seen.size >= MAX_PAGES) throw tooLarge();
    seen.add(at);
    const { entries, size, next } = await readDirectory(read, layout, at, ALL_ENTRIES);
    room -= size + entries.reduce((sum, entry) => sum + valueBytes(entry), 0);
    if (room < 0) throw damaged();
    at = next;
  }
}

function valueBytes({ type, count }: TiffEntry): number {
  return typeBytes(type) * count;
}
