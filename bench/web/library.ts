import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { libraryFolder } from '../libraries.ts';
import { thumbnailFolder } from './thumbnails.ts';

/** Returns a new data folder with the library of one user. Each photo has a thumbnail, but no original. */
export async function galleryFolder(photos: number, log: (line: string) => void): Promise<string> {
  const thumbnails = await thumbnailFolder(log);
  const folder = await libraryFolder({ photos, users: 1, onlyFirst: false }, log);
  log(`linking ${photos} thumbnails`);
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'fill.ts'), folder, thumbnails]);
  return folder;
}
