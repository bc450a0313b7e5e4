import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { entriesIn, tiff } from '../testing/tiff.ts';
import { checkTiff } from './tiff-limits.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiff-limits-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(bytes: Buffer): Promise<void> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  return checkTiff(path);
}

const { ascii, long } = entriesIn();
const text = (count: number) => ({ ...ascii(0x013b, ''), count, offset: 8 });
const repeated = (times: number, count: number) =>
  tiff({ ifd0: Array.from({ length: times }, () => text(count)) });

/** A chain of directories without entries. */
function chain(pages: number): Buffer {
  const bytes = Buffer.alloc(8 + pages * 6);
  bytes.write('II*\0\x08', 'latin1');
  for (let page = 0; page < pages - 1; page += 1) bytes.writeUInt32LE(8 + (page + 1) * 6, 8 + page * 6 + 2);
  return bytes;
}

const MIB = 1024 ** 2;

it('accepts the files of encoders, with offsets of 32 or 64 bits', async () => {
  const image = sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } });
  for (const options of [{}, { bigtiff: true }, { tile: true, tileWidth: 16, tileHeight: 16 }] as const) {
    await expect(
      check(await image.clone().withIccProfile('p3').tiff(options).toBuffer()),
    ).resolves.toBeUndefined();
  }
});

it('compares the declared size of all values with the size of the file', async () => {
  await expect(check(repeated(60, MIB))).resolves.toBeUndefined();
  await expect(check(repeated(70, MIB))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  await expect(check(Buffer.concat([repeated(70, MIB), Buffer.alloc(MIB)]))).resolves.toBeUndefined();
  await expect(check(repeated(1, 0xffff_ffff))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
});

it('also checks directories with offsets of 64 bits', async () => {
  const bytes = Buffer.alloc(16 + 8 + 20 + 8);
  bytes.write('II+\0\x08\0\0\0\x10', 'latin1');
  bytes.writeBigUInt64LE(1n, 16);
  bytes.writeUInt16LE(0x013b, 24);
  bytes.writeUInt16LE(2, 26);
  bytes.writeBigUInt64LE(10n, 28);
  await expect(check(bytes)).resolves.toBeUndefined();
  bytes.writeBigUInt64LE(2n ** 60n, 28);
  await expect(check(bytes)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  bytes.writeBigUInt64LE(2n ** 63n, 8);
  await expect(check(bytes)).resolves.toBeUndefined();
});

it('counts pages, and counts the pages of a cycle once', async () => {
  await expect(check(chain(10_000))).resolves.toBeUndefined();
  await expect(check(chain(10_001))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await expect(check(tiff({ ifd0: [long(0x0100, 1)], next: 8 }))).resolves.toBeUndefined();
});
