import { MIB } from '../../config/units.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { ProcessedImage } from '../image.ts';
import { withExif, withXmp } from '../testing/containers.ts';
import { expectRenditions } from '../testing/expect-renditions.ts';
import { entriesIn, tiff } from '../testing/tiff.ts';
import { WorkerPools } from '../testing/worker-pools.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';

// Processes files in a worker process, as the server does.

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
const { ascii, short, long, rational } = entriesIn();

async function processFile(file: Buffer | Sharp): Promise<ProcessedImage> {
  const path = join(pools.folder, crypto.randomUUID());
  await writeFile(path, Buffer.isBuffer(file) ? file : await file.toBuffer());
  return pool.process(path);
}

describe('hostile tags', () => {
  /** Every entry declares a list of fractions that is as long as the block. */
  const overlapping = () =>
    tiff({
      ifd0: [
        ascii(0x010f, 'Example'),
        ...Array.from({ length: 5000 }, (_, n) => ({
          ...rational(1000 + n, [1, 1]),
          count: 8000,
          offset: 8,
        })),
      ],
    });
  /**
   * A TIFF whose directory is at its end, with texts that all declare the same `length` bytes before the directory.
   */
  const farTiff = async (texts: number, length: number) => {
    const image = await plain().tiff({ compression: 'deflate' }).toBuffer();
    const at = image.readUInt32LE(4);
    const count = image.readUInt16LE(at);
    const between = Buffer.alloc(8 * MIB, 'x');
    const entries = Array.from({ length: texts }, (_, n) => {
      const entry = Buffer.alloc(12);
      entry.writeUInt16LE(n === 0 ? 0x013b : 0x5000 + n, 0);
      entry.writeUInt16LE(2, 2);
      entry.writeUInt32LE(length, 4);
      entry.writeUInt32LE(image.length + MIB, 8);
      return entry;
    });
    const total = Buffer.alloc(2);
    total.writeUInt16LE(count + entries.length);
    const original = image.subarray(at + 2, at + 2 + count * 12);
    const head = Buffer.from(image);
    head.writeUInt32LE(image.length + between.length, 4);
    return Buffer.concat([head, between, total, original, ...entries, Buffer.alloc(4)]);
  };
  const long60k = 'a'.repeat(60_000);
  it.each<[string, () => Promise<Buffer>]>([
    [
      'a directory with overlapping values',
      async () => withExif(await plain().jpeg().toBuffer(), overlapping()),
    ],
    [
      'an XMP attribute without an end',
      async () => withXmp(await plain().jpeg().toBuffer(), `<rdf:Description ${long60k}="1"/>`),
    ],
    [
      'XMP elements without an end',
      async () => withXmp(await plain().jpeg().toBuffer(), '<a:b>'.repeat(12_000)),
    ],
    [
      'a megabyte of XMP',
      () =>
        plain()
          .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><${'a:b '.repeat(250_000)}</x:xmpmeta>`)
          .png()
          .toBuffer(),
    ],
  ])('take no longer to read than normal tags: %s', async (_, make) => {
    const bytes = await make();
    const image = await processFile(bytes);
    expect(image).toMatchObject({ width: 320, height: 240 });
    await expectRenditions(image);
  });

  it.each<[string, Parameters<typeof tiff>[0]]>([
    [
      'a directory that refers to itself',
      { ifd0: [ascii(0x010f, 'Example'), long(0x8769, 8), long(0x8825, 8)], next: 8 },
    ],
    ['a directory that declares too many entries', { ifd0: [ascii(0x010f, 'Example')], entries: 0xffff }],
    [
      'an impossible position',
      {
        ifd0: [ascii(0x010f, 'Example')],
        gps: [
          ascii(1, 'N'),
          rational(2, [91, 1], [0, 0], [1, 0]),
          ascii(3, 'E'),
          rational(4, [1, 1], [1, 1], [1, 1]),
        ],
      },
    ],
    ['an invalid date', { ifd0: [ascii(0x010f, 'Example')], exif: [ascii(0x9003, '2024:99:99 99:99:99')] }],
    ['a value of the wrong type', { ifd0: [ascii(0x010f, 'Example'), short(0x0110, 7)] }],
  ])('affect neither the image nor other tags: %s', async (_, block) => {
    const image = await processFile(withExif(await plain().jpeg().toBuffer(), tiff(block)));
    await expectRenditions(image);
    expect(image.capture).toMatchObject({ camera: { make: 'Example' }, clock: null, location: null });
  });

  it('that declare the same bytes of a TIFF thousands of times make it INVALID_IMAGE', async () => {
    const bytes = await farTiff(4000, 7 * MIB);
    await expect(processFile(bytes)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it('reveal nothing that is not in the file', async () => {
    // If a reader returned uninitialized memory, it could contain parts of another user's photo.
    const secret = ascii(0x013b, 'SECRET OF ANOTHER '.repeat(3000));
    for (let n = 0; n < 10; n += 1) {
      await processFile(withExif(await plain().jpeg().toBuffer(), tiff({ ifd0: [secret] })));
      const { capture } = await processFile(await farTiff(1, 1000));
      expect(capture.metadata).toMatchObject({ ifd0: { Artist: 'x'.repeat(1000) } });
    }
  });
});

it('no worker died, and an ordinary image is still processed', async () => {
  expect(warnings).toEqual([]);
  await processFile(plain().jpeg());
});
