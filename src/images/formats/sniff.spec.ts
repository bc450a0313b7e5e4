import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { sniff, sniffFile } from './sniff.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sniff-'));
});
afterAll(() => rm(folder, { recursive: true }));

const square = sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } });

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function ftyp(...[major = '', ...compatible]: string[]): Buffer {
  const brands = Buffer.from(`${major}\0\0\0\0${compatible.join('')}`, 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + brands.length);
  head.write('ftyp', 4);
  // Brands after the end of the box must be ignored.
  return Buffer.concat([head, brands, Buffer.from('\0\0\0\x10avifheic')]);
}

/** A TIFF with one directory that contains these tags, each a LONG. */
function tiff(tags: Record<number, number>, isLittle = true): Buffer {
  const entries = Object.entries(tags);
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  bytes.write(isLittle ? 'II*\0' : 'MM\0*', 0, 'latin1');
  const u16 = (value: number, at: number) =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  u32(8, 4);
  u16(entries.length, 8);
  entries.forEach(([tag, value], index) => {
    const at = 10 + index * 12;
    u16(Number(tag), at);
    u16(4, at + 2);
    u32(1, at + 4);
    u32(value, at + 8);
  });
  return bytes;
}

describe('the format detected from the content', () => {
  it.each([
    ['jpg', 'image/jpeg', () => square.clone().jpeg().toBuffer()],
    ['png', 'image/png', () => square.clone().png().toBuffer()],
    ['webp', 'image/webp', () => square.clone().webp().toBuffer()],
    ['gif', 'image/gif', () => square.clone().gif().toBuffer()],
    ['tif', 'image/tiff', () => square.clone().tiff().toBuffer()],
    ['avif', 'image/avif', () => square.clone().avif({ effort: 0 }).toBuffer()],
  ])('is %s regardless of the file name', async (extension, contentType, make) => {
    const path = await file('portrait.txt', await make());
    await expect(sniffFile(path)).resolves.toEqual({ extension, contentType });
  });

  it('is heic for a HEIC file', async () => {
    const path = join(import.meta.dirname, '../fixtures', 'phone.heic');
    await expect(sniffFile(path)).resolves.toEqual({ extension: 'heic', contentType: 'image/heic' });
  });

  it.each([
    ['heic', ['heic', 'mif1', 'heic']],
    ['heic', ['heix', 'mif1']],
    ['heic', ['mif1', 'MiHE', 'MiPr', 'miaf', 'MiHB', 'heic']],
    ['heic', ['msf1', 'mif1', 'heic']],
    [
      'heic',
      ['heic', 'mif1', 'MiHB', 'MiHA', 'heix', 'MiHE', 'miaf', 'MiPr', 'tmap', 'xxxx', 'yyyy', 'zzzz'],
    ],
    ['heif', ['mif1', 'miaf']],
    ['avif', ['avif', 'mif1', 'miaf']],
    ['avif', ['mif1', 'avif', 'miaf']],
    ['avif', ['avis', 'avif', 'msf1']],
  ])('is %s for the brands %j', (extension, brands) => {
    expect(sniff(ftyp(...brands))).toBe(extension);
  });

  it.each([
    ['a HEIC sequence', ['hevc', 'msf1']],
    ['an AVIF sequence', ['avis', 'msf1']],
    ['MP4', ['isom', 'iso2', 'avc1', 'mp41']],
    ['QuickTime', ['qt  ', 'qt  ']],
    ['Canon CR3', ['crx ', 'crx ', 'isom']],
    ['JPEG 2000', ['jp2 ', 'jp2 ']],
  ])('is null for %s', (_, brands) => {
    expect(sniff(ftyp(...brands))).toBeNull();
  });
});

describe('a file', () => {
  it('is EMPTY_FILE if it is empty', async () => {
    await expect(sniffFile(await file('photo.jpg', ''))).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'],
    ['PDF', '%PDF-1.7\n'],
    ['HTML', '<!doctype html>'],
    ['BMP', 'BM\x1a\0\0\0\0\0\0\0'],
    ['ICO', '\0\0\x01\0\x01\0'],
    ['PSD', '8BPS\0\x01'],
    ['JPEG XL', '\xff\x0a\xfa\x7f'],
    ['JPEG XL in a box', '\0\0\0\x0cJXL \r\n\x87\n'],
    ['WAV', 'RIFF\0\0\0\0WAVE'],
    ['one byte', '\xff'],
    ['an image after white space', `  \x89PNG\r\n\x1a\n`],
  ])('is UNSUPPORTED_FORMAT if it is %s', async (_, content) => {
    const path = await file('photo.jpg', Buffer.from(content, 'latin1'));
    await expect(sniffFile(path)).rejects.toMatchObject({
      name: 'ImageRefusedError',
      code: 'UNSUPPORTED_FORMAT',
    });
  });

  it('causes an error of the file system, not a refusal, if it does not exist', async () => {
    await expect(sniffFile(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a file with the signature of a TIFF', () => {
  it.each([
    ['DNG', tiff({ 254: 1, 50_706: 0x01_04_00_00 })],
    ['NEF', tiff({ 254: 1, 330: 4711, 37_398: 1 }, false)],
    ['ARW or PEF, with a small first image and the others in subdirectories', tiff({ 254: 1, 330: 4711 })],
    ['a colour filter array', tiff({ 256: 1, 262: 32_803 })],
    ['CR2', Buffer.concat([Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'), Buffer.alloc(20)])],
  ])('is UNSUPPORTED_FORMAT if it is a camera RAW: %s', async (_, bytes) => {
    await expect(sniffFile(await file('photo.tif', bytes))).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining('RAW'),
    });
  });

  it.each([
    ['has a PrintIM tag', tiff({ 256: 1, 257: 1, 50_341: 0 })],
    [
      'has 28 tags',
      tiff({ 254: 0, ...Object.fromEntries(Array.from({ length: 27 }, (_, n) => [600 + n, 0])) }),
    ],
    ['has layers in subdirectories', tiff({ 254: 0, 330: 4711 })],
    ['lacks its directory', Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')],
    ['has nothing but the signature', Buffer.from('II*\0', 'latin1')],
    ['has 64-bit offsets', Buffer.from('II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0', 'latin1')],
  ])('is a TIFF if it %s', async (_, bytes) => {
    await expect(sniffFile(await file('photo.tif', bytes))).resolves.toMatchObject({ extension: 'tif' });
  });
});
