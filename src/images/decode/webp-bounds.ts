import { open } from 'node:fs/promises';
import { MAX_PAGES, tooLarge } from './decoded-image.ts';
import { FileWindow } from '../container/file-window.ts';

/** RIFF, the size of all, WEBP. */
const HEADER_BYTES = 12;
/** A name of four letters and a size; what follows is padded to an even length. */
const CHUNK_BYTES = 8;
const FRAME = Buffer.from('ANMF').readUInt32BE();
/** Frames and a handful of others: a picture's data, its profile, its tags. */
const MAX_CHUNKS = MAX_PAGES + 1000;

/**
 * Counts the frames and chunks of a WebP (RFC 9649, 2.7) before libwebp does, whose time for frames grows with their square.
 * @throws ImageRefusedError IMAGE_TOO_LARGE
 */
export async function checkWebp(path: string): Promise<void> {
  await using file = await open(path);
  const window = new FileWindow(file);
  let at = HEADER_BYTES;
  let frames = 0;
  for (let chunks = 0; chunks <= MAX_CHUNKS && frames <= MAX_PAGES; chunks += 1) {
    const head = await window.read(at, CHUNK_BYTES);
    if (!head) return;
    if (head.readUInt32BE(0) === FRAME) frames += 1;
    const size = head.readUInt32LE(4);
    at += CHUNK_BYTES + size + (size % 2);
  }
  throw tooLarge();
}
