import { MIB } from '../../config/units.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { ProcessedImage } from '../image.ts';
import { residentBytes } from './process-memory.ts';
import { declaredGif, declaredPng, withExif, withFrames, withSegment } from '../testing/containers.ts';
import { expectRenditions } from '../testing/expect-renditions.ts';
import { heicGrid } from '../testing/heic-grid.ts';
import { entriesIn, tiff } from '../testing/tiff.ts';
import { WorkerPools } from '../testing/worker-pools.ts';
import type { WorkerPool } from './worker-pool.ts';

// Processes whole files in a worker process, as the server does.

let pools: WorkerPools;
let pool: WorkerPool;
let warnings: string[];
beforeAll(async () => {
  pools = await WorkerPools.create();
  ({ pool, warnings } = pools.open({ size: 1, jobTimeoutMs: 60_000 }));
  await pool.process(pools.photo);
});
afterAll(async () => {
  await pools.close();
  await pools.remove();
});

const plain = (width = 320, height = 240) =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } });
const { ascii, long } = entriesIn();

async function processFile(file: Buffer | Sharp): Promise<ProcessedImage> {
  const path = join(pools.folder, crypto.randomUUID());
  await writeFile(path, Buffer.isBuffer(file) ? file : await file.toBuffer());
  return pool.process(path);
}

const phone = () => readFile(join(import.meta.dirname, '../fixtures', 'phone.heic'));

/** A JPEG of a camera with two lenses: an index in APP2 (CIPA DC-007), and a second image after the first. */
async function multiPicture(): Promise<Buffer> {
  const second = await plain(64, 48).jpeg().toBuffer();
  const first = await plain().jpeg().toBuffer();
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(second.length, 4);
  entry.writeUInt32LE(first.length, 8);
  const index = tiff({
    ifd0: [
      { tag: 0xb000, type: 7, value: Buffer.from('0100') },
      long(0xb001, 2),
      { tag: 0xb002, type: 7, value: Buffer.concat([Buffer.alloc(16), entry]) },
    ],
  });
  return Buffer.concat([withSegment(first, 2, 'MPF\0', index), second]);
}

/** Sixteen EXIF segments of about 64 kB: the first contains the camera's tags, the others are continuations. */
async function muchExif(): Promise<Buffer> {
  const exif = tiff({
    ifd0: [ascii(0x010f, 'Example'), ascii(0x0110, 'Much')],
    exif: [ascii(0x9003, '2024:05:01 09:30:00'), { tag: 0x927c, type: 7, value: Buffer.alloc(60_000, 7) }],
  });
  let bytes: Buffer = await plain().jpeg().toBuffer();
  for (let n = 0; n < 15; n += 1) bytes = withSegment(bytes, 1, 'Exif\0\0', Buffer.alloc(65_000, n));
  return withExif(bytes, exif);
}

function pages(...colours: number[]): Sharp {
  const data = Buffer.concat(colours.map((colour) => Buffer.alloc(64 * 48 * 3, colour)));
  return sharp(data, { raw: { width: 64, height: 48 * colours.length, channels: 3, pageHeight: 48 } });
}

describe('an unusual but valid file', () => {
  it.each<[string, [number, number], () => Promise<Buffer> | Buffer | Sharp]>([
    ['1 x 1', [1, 1], () => plain(1, 1).png()],
    ['10,000 x 10', [10_000, 10], () => plain(10_000, 10).jpeg()],
    ['10 x 10,000', [10, 10_000], () => plain(10, 10_000).webp()],
    ['CMYK with a profile', [320, 240], () => plain().toColourspace('cmyk').withIccProfile('cmyk').jpeg()],
    ['greyscale', [320, 240], () => plain().greyscale().jpeg()],
    ['1-bit greyscale', [320, 240], () => plain().threshold().png({ colours: 2 })],
    ['a palette', [320, 240], () => plain().png({ palette: true })],
    ['a 16-bit TIFF', [320, 240], () => plain().toColourspace('rgb16').tiff()],
    ['Display P3', [320, 240], () => plain().withIccProfile('p3').jpeg()],
    [
      'an invalid profile',
      [320, 240],
      async () =>
        withSegment(await plain().jpeg().toBuffer(), 2, 'ICC_PROFILE\0\x01\x01', Buffer.alloc(500, 9)),
    ],
    ['an alpha channel', [320, 240], () => plain().ensureAlpha(0.5).png()],
    ['a multi-picture JPEG', [320, 240], multiPicture],
    ['a JPEG with a megabyte of EXIF', [320, 240], muchExif],
    ['an animated WebP', [64, 48], () => pages(10, 240).webp()],
    ['an animated GIF', [64, 48], () => pages(10, 240).gif()],
    ['a TIFF of three pages', [64, 48], () => pages(10, 120, 240).tiff()],
    ['a rotated HEIC', [64, 96], phone],
    [
      'a rotated HEIC made of tiles',
      [120, 280],
      async () => heicGrid(await phone(), { columns: 3, rows: 2, width: 280, height: 120, turns: 1 }),
    ],
    [
      'a JPEG followed by HTML',
      [320, 240],
      async () =>
        Buffer.concat([await plain().jpeg().toBuffer(), Buffer.from('<html><script>alert(1)</script>')]),
    ],
  ])('is processed: %s', async (_, [width, height], make) => {
    const image = await processFile(await make());
    expect(image).toMatchObject({ width, height });
    await expectRenditions(image);
  });

  it('is represented by its first page or frame', async () => {
    for (const encoded of [
      pages(10, 120, 240).tiff(),
      pages(10, 240).gif(),
      pages(10, 240).webp({ lossless: true }),
    ]) {
      const { preview } = await processFile(encoded);
      const { channels } = await sharp(preview.bytes).stats();
      expect(channels[0]?.mean).toBeLessThan(20);
    }
  });

  it('may have a megabyte of other EXIF data after its tags', async () => {
    const { capture } = await processFile(await muchExif());
    expect(capture).toMatchObject({
      camera: { make: 'Example', model: 'Much' },
      clock: { local: new Date('2024-05-01T09:30:00Z') },
    });
  });

  it('may be a JPEG of 200 megapixels', async () => {
    const image = await processFile(plain(16_320, 12_240).jpeg());
    expect(image).toMatchObject({ width: 16_320, height: 12_240, preview: { width: 2048, height: 1536 } });
    await expectRenditions(image);
  });
});

describe('a small file that declares a large size', () => {
  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['a PNG of 49,157 x 27,397 pixels', () => declaredPng(49_157, 27_397)],
    ['a GIF with 20,000 frames', () => declaredGif(1, 1, 20_000)],
    [
      'a WebP with 20,000 frames',
      async () => withFrames(await pages(10, 240).webp({ lossless: true }).toBuffer(), 20_000),
    ],
    ['a GIF with large frames', () => declaredGif(65_000, 65_000, 500)],
  ])('is IMAGE_TOO_LARGE without allocating memory for its pixels: %s', async (_, make) => {
    const path = join(pools.folder, crypto.randomUUID());
    const bytes = await make();
    await writeFile(path, bytes);
    const [{ pid = 0 } = {}] = pool.workers;
    const before = residentBytes(pid) ?? 0;
    for (let n = 0; n < 5; n += 1) {
      await expect(pool.process(path)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    }
    // Except for the GIF of 1 x 1 pixels, decoding the smallest of them would need 230 MiB.
    expect((residentBytes(pid) ?? 0) - before).toBeLessThan(100 * MIB);
    expect(pool.workers).toEqual([{ pid, isBusy: false }]);
  });

  it('has about 600 bytes if it is a PNG of 49,157 x 27,397 pixels', () => {
    expect(Math.abs(declaredPng(49_157, 27_397).length - 600)).toBeLessThan(100);
  });
});

it('no worker died, and an ordinary image is still processed', async () => {
  expect(warnings).toEqual([]);
  await processFile(plain().jpeg());
});
