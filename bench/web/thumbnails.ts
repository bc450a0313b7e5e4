import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRenditions } from '../../src/images/renditions/renditions.ts';
import { paintImage } from '../paint-image.ts';
import { CACHE } from '../service.ts';

/** Increase it when the images change, so that cached files are not used. */
const EDITION = 1;
/** Number of thumbnails in each orientation. */
const LANDSCAPE = 160;
const PORTRAIT = 80;
const LONG_EDGE = 1200;
const SHORT_EDGE = 900;

export const LIST = 'list.json';

/** A thumbnail that the product made from a generated image. All of them are different. */
export interface MadeThumbnail {
  file: string;
  bytes: number;
  /** Encoded in Base64. */
  thumbhash: string;
  isPortrait: boolean;
}

/** Returns a folder with thumbnails and a LIST of them. Generates it if it does not exist. */
export async function thumbnailFolder(log: (line: string) => void): Promise<string> {
  const folder = join(CACHE, `thumbnails-${EDITION}`);
  if (existsSync(join(folder, LIST))) return folder;
  log(`generating ${LANDSCAPE + PORTRAIT} thumbnails`);
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const list: MadeThumbnail[] = [];
  for (let seed = 0; seed < LANDSCAPE + PORTRAIT; seed += 1) {
    const isPortrait = seed >= LANDSCAPE;
    const [width, height] = isPortrait ? [SHORT_EDGE, LONG_EDGE] : [LONG_EDGE, SHORT_EDGE];
    const data = await paintImage(seed, width, height);
    const { thumbnail, thumbhash } = await makeRenditions({ data, width, height, channels: 3 });
    const file = `${String(seed).padStart(3, '0')}.${thumbnail.extension}`;
    await writeFile(join(part, file), thumbnail.bytes);
    list.push({ file, bytes: thumbnail.bytes.length, thumbhash, isPortrait });
  }
  await writeFile(join(part, LIST), JSON.stringify(list));
  await rename(part, folder);
  return folder;
}
