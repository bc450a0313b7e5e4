import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { withExif, withSegment, withXmp } from '../../src/images/testing/containers.ts';
import { heicGrid } from '../../src/images/testing/heic-grid.ts';
import { entriesIn, tiff } from '../../src/images/testing/tiff.ts';

export interface Seed {
  name: string;
  bytes: Buffer;
}

const FIXTURES = join(import.meta.dirname, '../../src/images/fixtures');

export const PACKET = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" exif:DateTimeOriginal="2001-01-01T00:00:00">
    <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>zwölf</rdf:li></rdf:Bag></dc:subject>
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

/** IPTC-IIM in a Photoshop image resource: a keyword and a caption. */
export const IPTC = Buffer.from(
  'Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x16\x1c\x02\x19\0\x03sea\x1c\x02\x78\0\x09a caption\0',
  'latin1',
);

/** Returns EXIF like that of a camera, in either byte order. */
export function cameraExif(isLittle: boolean): Buffer {
  const { ascii, short, rational, undefined: binary } = entriesIn(isLittle);
  return tiff({
    isLittle,
    ifd0: [
      ascii(0x010f, 'Example'),
      ascii(0x0110, 'Model 1'),
      short(0x0112, 6),
      ascii(0x0132, '2024:05:02 10:00:00'),
    ],
    exif: [
      rational(0x829a, [1, 250]),
      rational(0x829d, [28, 10]),
      short(0x8827, 200),
      ascii(0x9003, '2024:05:01 09:30:00'),
      ascii(0x9011, '+02:00'),
      ascii(0x9291, '25'),
      binary(0x927c, Buffer.alloc(40, 7)),
    ],
    gps: [
      ascii(1, 'N'),
      rational(2, [48, 1], [51, 1], [3816, 100]),
      ascii(3, 'E'),
      rational(4, [2, 1], [20, 1], [1536, 100]),
      rational(7, [7, 1], [30, 1], [0, 1]),
      ascii(0x1d, '2024:05:01'),
    ],
  });
}

function testImage(width = 64, height = 48, pageHeight?: number): Sharp {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, n) => (n * n) % 251));
  return sharp(data, { raw: { width, height, channels: 3, ...(pageHeight ? { pageHeight } : {}) } });
}

/** Returns one small file of each supported kind. Without mutations, each one is a valid photo. */
export async function makeSeeds(): Promise<Seed[]> {
  const jpeg = await testImage().jpeg().toBuffer();
  const phone = await readFile(join(FIXTURES, 'phone.heic'));
  const files: [name: string, file: Buffer | Sharp][] = [
    ['jpeg', withExif(withXmp(withSegment(jpeg, 13, IPTC), PACKET), cameraExif(false))],
    ['jpeg-progressive', testImage().jpeg({ progressive: true })],
    ['jpeg-p3', testImage().withIccProfile('p3').jpeg({ chromaSubsampling: '4:4:4' })],
    ['jpeg-cmyk', testImage().toColourspace('cmyk').withIccProfile('cmyk').jpeg()],
    ['jpeg-pair', Buffer.concat([jpeg, jpeg])],
    [
      'png',
      testImage()
        .withExif({ IFD0: { Make: 'Example' } })
        .withXmp(PACKET)
        .png(),
    ],
    ['png-palette', testImage().png({ palette: true, progressive: true })],
    ['png-16', testImage().ensureAlpha(0.5).toColourspace('rgb16').withIccProfile('p3').png()],
    [
      'webp',
      testImage()
        .withExif({ IFD0: { Make: 'Example' } })
        .withXmp(PACKET)
        .webp(),
    ],
    ['webp-lossless', testImage().ensureAlpha(0.5).webp({ lossless: true })],
    ['webp-animated', testImage(32, 96, 32).webp()],
    ['gif', testImage(32, 96, 32).gif()],
    ['tiff', testImage().withXmp(PACKET).tiff()],
    ['tiff-lzw', testImage(64, 96, 48).tiff({ compression: 'lzw', predictor: 'horizontal' })],
    ['tiff-jpeg', testImage().tiff({ compression: 'jpeg', tile: true, tileWidth: 32, tileHeight: 32 })],
    ['tiff-big', testImage().tiff({ bigtiff: true, compression: 'deflate' })],
    [
      'avif',
      testImage()
        .withExif({ IFD0: { Make: 'Example' } })
        .avif({ effort: 0 }),
    ],
    ['heic', phone],
    ['heic-alpha', await readFile(join(FIXTURES, 'alpha.heic'))],
    ['heic-grid', heicGrid(phone, { columns: 2, rows: 2, width: 180, height: 120, turns: 1 })],
  ];
  return Promise.all(
    files.map(async ([name, file]) => ({
      name,
      bytes: Buffer.isBuffer(file) ? file : await file.toBuffer(),
    })),
  );
}

/** Returns a copy of a PNG with corrected checksums, so that a decoder does not refuse mutated chunks unread. */
export function withChecksums(png: Buffer): Buffer {
  const bytes = Buffer.from(png);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}
