import { MIB } from '../../config/units.ts';
import { open } from 'node:fs/promises';
import { readAt } from '../container/read-at.ts';

/** Markers of ITU-T T.81, table B.1. */
const SOF0 = 0xc0;
const SOF1 = 0xc1;
const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;

const END = Buffer.from([0xff, EOI]);
/** Two different runs of coded data. They change the pixels of an image whose own coded data is incomplete. */
const TAILS = [0x35, 0xca].map((byte) => Buffer.alloc(512, byte));
/** The whole file is held in memory. */
const MAX_BYTES = 64 * MIB;

/**
 * A JPEG without an end-of-image marker, completed in three ways. The first buffer is the complete image if all
 * three decode to the same pixels.
 */
export type CompletedJpeg = [jpeg: Buffer, ...probes: Buffer[]];

/**
 * Completes a JPEG that may lack only its end-of-image marker, which some cameras and servers omit. The probes
 * contain additional coded data: a decoder ignores it after a complete image, but uses it in place of missing data.
 *
 * Returns null if the file has its marker or is larger than 64 MiB, and if the probes would prove nothing: a JPEG
 * with several scans (progressive) may lack its last scan, and one with restart intervals may lack whole intervals.
 */
export async function completeJpeg(path: string): Promise<CompletedJpeg | null> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size < 4 || size > MAX_BYTES || (await readAt(file, size - 2, 2)).equals(END)) return null;
  const bytes = await readAt(file, 0, size);
  // Drops the first half of an end-of-image marker.
  const coded = bytes.at(-1) === 0xff ? bytes.subarray(0, -1) : bytes;
  if (!endsInOnlyScan(coded)) return null;
  return [Buffer.concat([coded, END]), ...TAILS.map((tail) => Buffer.concat([coded, tail, END]))];
}

/** Whether `bytes` ends with the coded data of a single scan that contains all components. */
function endsInOnlyScan(bytes: Buffer): boolean {
  let components = 0;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < SOF0 || marker === DRI) return false;
    const body = at + 4;
    if (marker === SOF0 || marker === SOF1) components = bytes[body + 5] ?? 0;
    at += 2 + bytes.readUInt16BE(at + 2);
    if (marker === SOS) return components > 0 && bytes[body] === components && isCoded(bytes, at);
  }
  return false;
}

/** Whether `bytes` contains no marker from `start`: in coded data, each 0xff is followed by a zero. */
function isCoded(bytes: Buffer, start: number): boolean {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] !== 0) return false;
  }
  return true;
}
