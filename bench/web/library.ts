import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { libraryFolder } from '../libraries.ts';
import { thumbnailFolder } from './thumbnails.ts';

/** A fresh data folder with a person's library in it, each of whose photos has a thumbnail; there are no originals. */
export async function galleryFolder(photos: number, log: (line: string) => void): Promise<string> {
  const thumbnails = await thumbnailFolder(log);
  const folder = await libraryFolder({ photos, people: 1, alone: false }, log);
  log(`linking ${photos} thumbnails`);
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'fill.ts'), folder, thumbnails]);
  return folder;
}
