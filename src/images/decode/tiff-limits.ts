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

/**
 * The values that the directories of a TIFF declare may have a total size of 8 times the file plus 64 MiB. This is
 * more than the file, because pages may share a profile or a table.
 */
const SHARED_BYTES = 64 * MIB;
const SHARED_TIMES = 8;

/**
 * Checks the directories of a TIFF before libtiff reads them. libtiff reads every declared value, even of an
 * unknown tag, so a file that declares the same megabytes a thousand times would keep it busy for minutes.
 * @throws ImageRefusedError IMAGE_TOO_LARGE if there are too many pages; INVALID_IMAGE
 */
export async function checkTiff(path: string): Promise<void> {
  await using file = await open(path);
  const read = (offset: number, length: number) => readAt(file, offset, length);
  const header = await readHeader(read);
  if (!header) throw damaged();
  const { layout, first } = header;
  const seen = new Set<number>();
  let remainingBytes = (await file.stat()).size * SHARED_TIMES + SHARED_BYTES;
  for (let at = first; at !== 0 && !seen.has(at);) {
    if (seen.size >= MAX_PAGES) throw tooLarge();
    seen.add(at);
    const { entries, size, next } = await readDirectory(read, layout, at, ALL_ENTRIES);
    remainingBytes -= size + entries.reduce((sum, entry) => sum + valueBytes(entry), 0);
    if (remainingBytes < 0) throw damaged();
    at = next;
  }
}

function valueBytes({ type, count }: TiffEntry): number {
  return typeBytes(type) * count;
}
