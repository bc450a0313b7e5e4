import { open } from 'node:fs/promises';
import { MAX_PAGES, tooLarge } from './decoded-image.ts';
import { readAt } from './read-at.ts';

/** RIFF, the size of all, WEBP. */
const HEADER_BYTES = 12;
/** A name of four letters and a size; what follows is padded to an even length. */
const CHUNK_BYTES = 8;
const WINDOW_BYTES = 4096;

/**
 * Counts the frames of an animated WebP (RFC 9649, 2.7) before libwebp does, whose time for it grows with their square.
 * @throws ImageRefusedError IMAGE_TOO_LARGE
 */
export async function checkWebp(path: string): Promise<void> {
  await using file = await open(path);
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  let frames = 0;
  for (let at = HEADER_BYTES; ;) {
    if (at + CHUNK_BYTES > start + window.length) {
      window = await readAt(file, at, WINDOW_BYTES);
      start = at;
      if (window.length < CHUNK_BYTES) return;
    }
    if (window.toString('latin1', at - start, at - start + 4) === 'ANMF') frames += 1;
    if (frames > MAX_PAGES) throw tooLarge();
    const size = window.readUInt32LE(at - start + 4);
    at += CHUNK_BYTES + size + (size % 2);
  }
}
