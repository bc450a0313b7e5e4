import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Exif } from 'sharp';
import { paintImage } from './paint-image.ts';
import { CACHE } from './service.ts';

const WIDTH = 4032;
const HEIGHT = 3024;
/** Increase this when the images change, so that files cached by an earlier version are not used. */
const EDITION = 1;

/**
 * Returns the paths of `count` different 12-megapixel JPEGs of 3 to 5 MB with the EXIF data of a phone. Generates
 * missing files.
 */
export async function benchPhotos(count: number, log: (line: string) => void): Promise<string[]> {
  const folder = join(CACHE, `photos-${EDITION}`);
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (let seed = 0; seed < count; seed += 1) {
    const path = join(folder, `${String(seed).padStart(3, '0')}.jpg`);
    if (!existsSync(path)) {
      if (seed % 10 === 0) log(`generating photos ${seed} to ${Math.min(count, seed + 10) - 1}`);
      await writeFile(`${path}.part`, await makePhoto(seed));
      await rename(`${path}.part`, path);
    }
    paths.push(path);
  }
  return paths;
}

async function makePhoto(seed: number): Promise<Buffer> {
  const pixels = await paintImage(seed, WIDTH, HEIGHT);
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .withExif(exif(seed))
    .jpeg({ quality: 90 })
    .toBuffer();
}

function exif(seed: number): Exif {
  const day = String(1 + (seed % 28)).padStart(2, '0');
  return {
    IFD0: { Make: 'Apple', Model: 'iPhone 13 Pro', Software: '17.4' },
    IFD2: {
      DateTimeOriginal: `2024:05:${day} 09:30:${String(seed % 60).padStart(2, '0')}`,
      OffsetTimeOriginal: '+09:00',
      ExposureTime: '1/250',
      FNumber: '15/10',
      ISOSpeedRatings: '64',
      FocalLength: '57/10',
      LensModel: 'iPhone 13 Pro back triple camera 5.7mm f/1.5',
    },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: `35/1 ${seed % 60}/1 0/1`,
      GPSLongitudeRef: 'E',
      GPSLongitude: '139/1 41/1 30/1',
    },
  };
}

/**
 * Makes files with the same image but unique bytes: a JPEG gets an additional comment, a HEIC an additional free
 * box.
 */
export class Nonces {
  readonly #run = process.hrtime.bigint().toString(36);
  #count = 0;

  /** Returns the unique file as parts to be concatenated. */
  apply(file: Buffer): Buffer[] {
    this.#count += 1;
    const nonce = Buffer.from(`${this.#run}-${String(this.#count).padStart(8, '0')}`);
    if (file[0] !== 0xff) {
      const box = Buffer.alloc(8);
      box.writeUInt32BE(8 + nonce.length);
      box.write('free', 4, 'latin1');
      return [file, box, nonce];
    }
    // Inserted after the first segment, which readers expect at the start of the file.
    const offset = 4 + file.readUInt16BE(4);
    const comment = Buffer.from([0xff, 0xfe, 0, 2 + nonce.length]);
    return [file.subarray(0, offset), comment, nonce, file.subarray(offset)];
  }
}

export function readAll(paths: readonly string[]): Promise<Buffer[]> {
  return Promise.all(paths.map((path) => readFile(path)));
}
