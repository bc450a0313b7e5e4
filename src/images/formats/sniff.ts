import { open } from 'node:fs/promises';
import { ImageRefusedError, type ImageFormat } from '../image.ts';
import { type Extension, formatNames, FORMATS } from './formats.ts';
import { isCameraRaw } from './camera-raw.ts';
import { readAt } from '../container/read-at.ts';

// Six signatures of our own rather than the file-type package: that one takes a plain TIFF of 28 tags for a Nikon RAW and one
// with a PrintIM tag for a Sony, other RAWs for TIFF, and looks at a HEIF's major brand alone.

/** As many bytes as any signature needs; an `ftyp` box with more brands than fit is none that a camera writes. */
const HEAD_BYTES = 4096;

export interface SniffedFormat extends ImageFormat {
  extension: Extension;
}

/**
 * Finds a file's format in its bytes, never in its name.
 * @throws ImageRefusedError EMPTY_FILE or UNSUPPORTED_FORMAT; the file system's error where the file cannot be read.
 */
export async function sniffFile(path: string): Promise<SniffedFormat> {
  await using file = await open(path);
  const head = await readAt(file, 0, HEAD_BYTES);
  if (head.length === 0) throw new ImageRefusedError('EMPTY_FILE', 'The file is empty.');
  const extension = sniff(head);
  if (!extension) {
    throw new ImageRefusedError(
      'UNSUPPORTED_FORMAT',
      `This file is not a photo in a supported format: ${formatNames()}.`,
    );
  }
  if (extension === 'tif' && (await isCameraRaw((offset, length) => readAt(file, offset, length)))) {
    throw new ImageRefusedError(
      'UNSUPPORTED_FORMAT',
      'Camera RAW files are not supported. Export the photo as JPEG or TIFF and upload that file.',
    );
  }
  return { extension, contentType: FORMATS[extension].contentType };
}

/** The format of a file that starts with `head`; a camera's RAW is still a TIFF here. */
export function sniff(head: Buffer): Extension | null {
  const ascii = head.toString('latin1', 0, 16);
  if (ascii.startsWith('\xff\xd8\xff')) return 'jpg';
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(ascii)) return 'gif';
  if (/^RIFF[^]{4}WEBP/.test(ascii)) return 'webp';
  // 42 and, with 64-bit offsets, 43 ("+"), in either byte order.
  if (/^(II[*+]\0|MM\0[*+])/.test(ascii)) return 'tif';
  if (ascii.slice(4, 8) === 'ftyp') return sniffBrands(head);
  return null;
}

/**
 * ISO/IEC 14496-12, 4.3: a major brand, its version, then the brands that a reader may go by. A file of nothing but a sequence
 * (hevc, msf1, avis) is a film, and one that none of these brands name is MP4, QuickTime or CR3.
 */
function sniffBrands(head: Buffer): Extension | null {
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands: string[] = [];
  for (let offset = 8; offset + 4 <= end; offset += 4) {
    if (offset !== 12) brands.push(head.toString('latin1', offset, offset + 4));
  }
  for (const brand of brands) {
    if (brand === 'avif') return 'avif';
    if (brand === 'heic' || brand === 'heix') return 'heic';
  }
  return brands.includes('mif1') ? 'heif' : null;
}
