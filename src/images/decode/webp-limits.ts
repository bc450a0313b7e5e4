import { open } from 'node:fs/promises';
import { MAX_PAGES, tooLarge } from './decoded-image.ts';
import { FileWindow } from '../container/file-window.ts';

/** "RIFF", the size of the file, and "WEBP". */
const FILE_HEADER_BYTES = 12;
/** A four-character name and a size. The payload is padded to an even length. */
const CHUNK_HEADER_BYTES = 8;
const FRAME = Buffer.from('ANMF').readUInt32BE();
/** Frames, and some other chunks for image data, a profile and tags. */
const MAX_CHUNKS = MAX_PAGES + 1000;

/**
 * Limits the number of frames and chunks of a WebP (RFC 9649, 2.7) before libwebp reads them, because libwebp takes
 * time that grows with the square of the number of frames.
 * @throws ImageRefusedError IMAGE_TOO_LARGE
 */
export async function checkWebp(path: string): Promise<void> {
  await using file = await open(path);
  const window = new FileWindow(file);
  let at = FILE_HEADER_BYTES;
  let frames = 0;
  for (let chunks = 0; chunks <= MAX_CHUNKS && frames <= MAX_PAGES; chunks += 1) {
    const header = await window.read(at, CHUNK_HEADER_BYTES);
    if (!header) return;
    if (header.readUInt32BE(0) === FRAME) frames += 1;
    const size = header.readUInt32LE(4);
    at += CHUNK_HEADER_BYTES + size + (size % 2);
  }
  throw tooLarge();
}
