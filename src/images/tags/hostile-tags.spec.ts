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

// Through a worker's process, as the server has files looked at.

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

async function take(file: Buffer | Sharp): Promise<ProcessedImage> {
  const path = join(pools.folder, crypto.randomUUID());
  await writeFile(path, Buffer.isBuffer(file) ? file : await file.toBuffer());
  return pool.process(path);
}

describe('tags made to keep a reader busy', () => {
  /** Every entry is a list of fractions as long as the block. */
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
  /** A TIFF whose directory is far behind, with as many texts, each of `length` bytes of what lies between. */
  const farTiff = async (texts: number, length: number) => {
    const picture = await plain().tiff({ compression: 'deflate' }).toBuffer();
    const at = picture.readUInt32LE(4);
    const count = picture.readUInt16LE(at);
    const between = Buffer.alloc(8 * MIB, 'x');
    const entries = Array.from({ length: texts }, (_, n) => {
      const entry = Buffer.alloc(12);
      entry.writeUInt16LE(n === 0 ? 0x013b : 0x5000 + n, 0);
      entry.writeUInt16LE(2, 2);
      entry.writeUInt32LE(length, 4);
      entry.writeUInt32LE(picture.length + MIB, 8);
      return entry;
    });
    const total = Buffer.alloc(2);
    total.writeUInt16LE(count + entries.length);
    const own = picture.subarray(at + 2, at + 2 + count * 12);
    const head = Buffer.from(picture);
    head.writeUInt32LE(picture.length + between.length, 4);
    return Buffer.concat([head, between, total, own, ...entries, Buffer.alloc(4)]);
  };
  const long60k = 'a'.repeat(60_000);
  it.each<[string, () => Promise<Buffer>]>([
    [
      'directories of overlapping values',
      async () => withExif(await plain().jpeg().toBuffer(), overlapping()),
    ],
    [
      'an attribute of XMP without an end',
      async () => withXmp(await plain().jpeg().toBuffer(), `<rdf:Description ${long60k}="1"/>`),
    ],
    [
      'elements of XMP without an end',
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
  ])('cost no more than tags do: %s', async (_, make) => {
    const bytes = await make();
    const image = await take(bytes);
    expect(image).toMatchObject({ width: 320, height: 240 });
    await expectRenditions(image);
  });

  it.each<[string, Parameters<typeof tiff>[0]]>([
    [
      'a directory that names itself',
      { ifd0: [ascii(0x010f, 'Example'), long(0x8769, 8), long(0x8825, 8)], next: 8 },
    ],
    ['a directory of more entries than there are', { ifd0: [ascii(0x010f, 'Example')], entries: 0xffff }],
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
    [
      'a date that is none',
      { ifd0: [ascii(0x010f, 'Example')], exif: [ascii(0x9003, '2024:99:99 99:99:99')] },
    ],
    ['a value of a wrong type', { ifd0: [ascii(0x010f, 'Example'), short(0x0110, 7)] }],
  ])('or are broken take nothing from the photo nor from their neighbours: %s', async (_, block) => {
    const image = await take(withExif(await plain().jpeg().toBuffer(), tiff(block)));
    await expectRenditions(image);
    expect(image.capture).toMatchObject({ camera: { make: 'Example' }, clock: null, location: null });
  });

  it('in a TIFF that names itself thousands of times are INVALID_IMAGE', async () => {
    const bytes = await farTiff(4000, 7 * MIB);
    await expect(take(bytes)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it('show what is in the file and nothing else', async () => {
    // What a reader in parts has not read would be memory of the process, perhaps of another's photo.
    const secret = ascii(0x013b, 'SECRET OF ANOTHER '.repeat(3000));
    for (let n = 0; n < 10; n += 1) {
      await take(withExif(await plain().jpeg().toBuffer(), tiff({ ifd0: [secret] })));
      const { capture } = await take(await farTiff(1, 1000));
      expect(capture.metadata).toMatchObject({ ifd0: { Artist: 'x'.repeat(1000) } });
    }
  });
});

it('no worker died of any of it, and a good picture is answered as before', async () => {
  expect(warnings).toEqual([]);
  await take(plain().jpeg());
});
