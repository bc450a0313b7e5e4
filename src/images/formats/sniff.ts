import { open } from 'node:fs/promises';
import { ImageRefusedError, type ImageFormat } from '../image.ts';
import { type Extension, formatNames, imageFormat } from './formats.ts';
import { isCameraRaw } from './camera-raw.ts';
import { readAt } from '../container/read-at.ts';

// Checks six signatures instead of using the file-type package. That package mistakes a plain TIFF with 28 tags for
// a Nikon RAW, one with a PrintIM tag for a Sony RAW, and other RAWs for TIFF. It reads only the major brand of
// HEIF.

/** Enough for every signature. No camera writes an `ftyp` box with more brands than this. */
const HEAD_BYTES = 4096;

export interface SniffedFormat extends ImageFormat {
  extension: Extension;
}

/**
 * Detects the format of a file from its content, never from its name.
 * @throws ImageRefusedError EMPTY_FILE or UNSUPPORTED_FORMAT; the file system's error if the file cannot be read.
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
  return imageFormat(extension);
}

/** Returns the format of a file that starts with `head`; null if none matches. Some camera RAWs match `tif`. */
export function sniff(head: Buffer): Extension | null {
  const ascii = head.toString('latin1', 0, 16);
  if (ascii.startsWith('\xff\xd8\xff')) return 'jpg';
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(ascii)) return 'gif';
  if (/^RIFF[^]{4}WEBP/.test(ascii)) return 'webp';
  // 42 ("*") or, with 64-bit offsets, 43 ("+"), in either byte order.
  if (/^(II[*+]\0|MM\0[*+])/.test(ascii)) return 'tif';
  if (ascii.slice(4, 8) === 'ftyp') return sniffBrands(head);
  return null;
}

/**
 * ISO/IEC 14496-12, 4.3: a major brand, its version, then the compatible brands. A file with only the brands of a
 * sequence (hevc, msf1, avis) is a video. A file with none of these brands is MP4, QuickTime or CR3.
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
