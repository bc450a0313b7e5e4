import { open } from 'node:fs/promises';
import { damaged } from './decoded-image.ts';
import { FileWindow } from '../container/file-window.ts';

/** A box header: a 32-bit size and a four-character type. */
const HEADER_BYTES = 8;
/** Encoders write four to ten boxes. */
const MAX_BOXES = 1000;

/**
 * Limits the number of top-level boxes of a HEIF or AVIF file (ISO/IEC 14496-12, 4.2) before libheif reads them.
 * libheif takes microseconds per box, which is a minute for a file full of them. It limits the nested boxes itself.
 * @throws ImageRefusedError INVALID_IMAGE if there are more than 1000 boxes.
 */
export async function checkHeif(path: string): Promise<void> {
  await using file = await open(path);
  const window = new FileWindow(file);
  let at = 0;
  for (let boxes = 0; boxes <= MAX_BOXES; boxes += 1) {
    const header = await window.read(at, HEADER_BYTES);
    // A size of 0 means that the box extends to the end of the file.
    if (!header || header.readUInt32BE(0) === 0) return;
    const size = await boxSize(window, at, header);
    // The box is smaller than its own header, so no decoder reads further.
    if (size < HEADER_BYTES) return;
    at += size;
  }
  throw damaged();
}

/** If the 32-bit size is 1, a 64-bit size follows the type. */
async function boxSize(window: FileWindow, at: number, header: Buffer): Promise<number> {
  const size = header.readUInt32BE(0);
  if (size !== 1) return size;
  const large = await window.read(at + HEADER_BYTES, 8);
  return large ? Number(large.readBigUInt64BE(0)) : 0;
}
