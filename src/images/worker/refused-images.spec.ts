import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { processImage } from './process-image.ts';
import { declaredGif, declaredPng, redeclaredHeif, redeclaredJpeg } from '../testing/containers.ts';

const MAX_PIXELS = 256_000_000;
/** 1,347 million pixels: above the limit, but within the range of every format. */
const WIDTH = 49_157;
const HEIGHT = 27_397;

let folder: string;
let photo: Sharp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refused-images-'));
  const noise = { create: { width: 300, height: 200, channels: 3, background: 'grey' } } as const;
  photo = sharp({ ...noise, create: { ...noise.create, noise: { type: 'gaussian', mean: 128, sigma: 40 } } });
});
afterAll(() => rm(folder, { recursive: true }));

async function process(bytes: Buffer, maxPixels = MAX_PIXELS) {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  return processImage(path, maxPixels);
}

const heic = () => readFile(join(import.meta.dirname, '../fixtures', 'phone.heic'));

describe('an image that is too large', () => {
  it.each([
    ['PNG', () => declaredPng(WIDTH, HEIGHT)],
    ['JPEG', async () => redeclaredJpeg(await photo.clone().jpeg().toBuffer(), WIDTH, HEIGHT)],
    ['GIF', () => declaredGif(WIDTH, HEIGHT)],
    ['AVIF', async () => redeclaredHeif(await photo.clone().avif({ effort: 0 }).toBuffer(), WIDTH, HEIGHT)],
    ['HEIC', async () => redeclaredHeif(await heic(), WIDTH, HEIGHT)],
  ])('is refused before it is decoded: %s', async (_, make) => {
    const bytes = await make();
    await expect(process(bytes)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it.each([
    ['PNG', () => photo.clone().png().toBuffer()],
    ['HEIC', heic],
  ])('exceeds the limit by one pixel, while one at the limit is accepted: %s', async (format, make) => {
    const bytes = await make();
    const pixels = format === 'HEIC' ? 64 * 96 : 300 * 200;
    await expect(process(bytes, pixels)).resolves.toMatchObject({ format: expect.anything() });
    await expect(process(bytes, pixels - 1)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it('may be a small animation of 10,001 frames', async () => {
    await expect(process(declaredGif(1, 1, 10_001))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    await expect(process(declaredGif(1, 1, 50))).resolves.toMatchObject({ width: 1 });
  });
});

describe('a damaged file', () => {
  const whole: [string, () => Promise<Buffer>][] = [
    ['JPEG', () => photo.clone().jpeg().toBuffer()],
    ['progressive JPEG', () => photo.clone().jpeg({ progressive: true }).toBuffer()],
    ['PNG', () => photo.clone().png().toBuffer()],
    ['interlaced PNG', () => photo.clone().png({ progressive: true }).toBuffer()],
    ['WebP', () => photo.clone().webp().toBuffer()],
    ['GIF', () => photo.clone().gif().toBuffer()],
    ['TIFF', () => photo.clone().tiff({ compression: 'lzw' }).toBuffer()],
    ['AVIF', () => photo.clone().avif({ effort: 0 }).toBuffer()],
    ['HEIC', heic],
  ];

  it.each(whole)('is INVALID_IMAGE if it is truncated: %s', async (_, make) => {
    const bytes = await make();
    await expect(process(bytes)).resolves.toMatchObject({ format: expect.anything() });
    for (const part of [0.5, 0.97]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * part));
      await expect(process(cut)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    }
  });

  it.each([
    ['JPEG', Buffer.from('\xff\xd8\xff\xe0 and nothing more', 'latin1')],
    ['PNG', Buffer.from('\x89PNG\r\n\x1a\n and nothing more', 'latin1')],
    ['TIFF', Buffer.from('II*\0 and nothing more', 'latin1')],
    ['GIF', Buffer.from('GIF89a and nothing more', 'latin1')],
    ['AVIF', Buffer.from('\0\0\0\x14ftypavif\0\0\0\0avif', 'latin1')],
    ['HEIC', Buffer.from('\0\0\0\x14ftypheic\0\0\0\0heic', 'latin1')],
  ])('is INVALID_IMAGE if it has only a valid signature: %s', async (_, bytes) => {
    await expect(process(bytes)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it('does not reveal its path in the error', async () => {
    const error: unknown = await process(Buffer.from('GIF89a')).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain(folder);
  });

  it('is accepted if a browser shows the whole image', async () => {
    const bytes = await photo.clone().jpeg().toBuffer();
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const stray = Buffer.concat([bytes.subarray(0, scan), Buffer.alloc(3), bytes.subarray(scan)]);
    await expect(process(stray)).resolves.toMatchObject({ width: 300 });
    await expect(process(Buffer.concat([bytes, Buffer.alloc(5000)]))).resolves.toMatchObject({ width: 300 });
  });

  it('is INVALID_IMAGE if image data is missing, but not if only the end marker is', async () => {
    for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
      const bytes = await photo.clone().jpeg({ chromaSubsampling }).toBuffer();
      for (const lost of [1, 2]) {
        const cut = bytes.subarray(0, bytes.length - lost);
        await expect(process(cut)).resolves.toMatchObject({ width: 300, height: 200 });
      }
      for (const lost of [8, 16, 300]) {
        const cut = bytes.subarray(0, bytes.length - lost);
        await expect(process(cut)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
      }
    }
  });

  it('is INVALID_IMAGE if it is a progressive JPEG without an end marker, because scans may be missing', async () => {
    const bytes = await photo.clone().jpeg({ progressive: true }).toBuffer();
    await expect(process(bytes.subarray(0, -2))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it('is accepted if only its tags are damaged', async () => {
    const bytes = await photo
      .clone()
      .withExif({ IFD0: { Make: 'Example' } })
      .jpeg()
      .toBuffer();
    const tags = bytes.indexOf('Exif\0\0');
    for (const from of [6, 10, 16]) {
      const broken = Buffer.from(bytes);
      broken.fill(0xee, tags + from, tags + 60);
      await expect(process(broken)).resolves.toMatchObject({ width: 300, capture: { camera: null } });
    }
  });
});

it.each(['jpeg', 'unci'])('a HEIF with the encoding %s is UNSUPPORTED_FORMAT', async (encoding) => {
  const bytes = await heic();
  for (let at = bytes.indexOf('hvc1'); at >= 0; at = bytes.indexOf('hvc1'))
    bytes.write(encoding, at, 'latin1');
  await expect(process(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
});

it('a HEIF without a HEIC brand is image/heif', async () => {
  const bytes = await heic();
  for (let at = bytes.indexOf('heic'); at >= 0; at = bytes.indexOf('heic')) bytes.write('mif1', at, 'latin1');
  const format = { extension: 'heif', contentType: 'image/heif' };
  await expect(process(bytes)).resolves.toMatchObject({ format, width: 64, height: 96 });
});
