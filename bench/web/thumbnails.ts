import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRenditions } from '../../src/images/renditions/renditions.ts';
import { paintPicture } from '../picture.ts';
import { CACHE } from '../service.ts';

/** Bump it when the pictures change, so that cached ones are made again. */
const EDITION = 1;
const LANDSCAPE = 160;
const PORTRAIT = 80;
const LONG_EDGE = 1200;
const SHORT_EDGE = 900;

export const LIST = 'list.json';

/** A made thumbnail: what the product makes of a picture, and no two alike. */
export interface MadeThumbnail {
  file: string;
  bytes: number;
  /** Base64. */
  thumbhash: string;
  isPortrait: boolean;
}

/** A folder of thumbnails with a LIST of them; made where it is missing. */
export async function thumbnailFolder(log: (line: string) => void): Promise<string> {
  const folder = join(CACHE, `thumbnails-${EDITION}`);
  if (existsSync(join(folder, LIST))) return folder;
  log(`making ${LANDSCAPE + PORTRAIT} thumbnails`);
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const list: MadeThumbnail[] = [];
  for (let seed = 0; seed < LANDSCAPE + PORTRAIT; seed += 1) {
    const isPortrait = seed >= LANDSCAPE;
    const [width, height] = isPortrait ? [SHORT_EDGE, LONG_EDGE] : [LONG_EDGE, SHORT_EDGE];
    const data = await paintPicture(seed, width, height);
    const { thumbnail, thumbhash } = await makeRenditions({ data, width, height, channels: 3 });
    const file = `${String(seed).padStart(3, '0')}.${thumbnail.extension}`;
    await writeFile(join(part, file), thumbnail.bytes);
    list.push({ file, bytes: thumbnail.bytes.length, thumbhash, isPortrait });
  }
  await writeFile(join(part, LIST), JSON.stringify(list));
  await rename(part, folder);
  return folder;
}
