import { open } from 'node:fs/promises';
import { damaged } from './decoded-image.ts';
import { FileWindow } from '../container/file-window.ts';

/** A size and a name of four letters. */
const BOX_BYTES = 8;
/** Encoders write four to ten. */
const MAX_BOXES = 1000;

/**
 * Counts the outermost boxes of a HEIF or AVIF file (ISO/IEC 14496-12, 4.2) before libheif does, which takes microseconds for
 * each: a minute for a file that is made of them. What they hold has bounds of libheif's own.
 * @throws ImageRefusedError INVALID_IMAGE
 */
export async function checkHeif(path: string): Promise<void> {
  await using file = await open(path);
  const window = new FileWindow(file);
  let at = 0;
  for (let boxes = 0; boxes <= MAX_BOXES; boxes += 1) {
    const head = await window.read(at, BOX_BYTES);
    // The last box may go on to the end of the file, which is said by a size of 0.
    if (!head || head.readUInt32BE(0) === 0) return;
    const size = await boxSize(window, at, head);
    // Not even its own head: no decoder goes on from here.
    if (size < BOX_BYTES) return;
    at += size;
  }
  throw damaged();
}

/** Where 32 bits are not enough, 64 follow the name. */
async function boxSize(window: FileWindow, at: number, head: Buffer): Promise<number> {
  const size = head.readUInt32BE(0);
  if (size !== 1) return size;
  const large = await window.read(at + BOX_BYTES, 8);
  return large ? Number(large.readBigUInt64BE(0)) : 0;
}
