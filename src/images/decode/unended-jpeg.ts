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
/** What would show in the picture, were the coded data before it not whole: two runs of codes that are not the same. */
const TAILS = [0x35, 0xca].map((byte) => Buffer.alloc(512, byte));
/** The whole file is held in memory. */
const MAX_BYTES = 64 * MIB;

/** A JPEG without its end, in three ways to end it: the first is the picture if it looks the same as the others. */
export type Endings = [picture: Buffer, ...proofs: Buffer[]];

/**
 * Takes a JPEG that may lack nothing but its end-of-image marker, which some cameras and servers leave out. What comes behind the
 * coded data of a whole picture is not looked at; where some is lost, it is taken for that. Null where the file has its end, or
 * where this proves nothing: of several scans (progressive) the last may be lost, and of restart intervals whole ones.
 */
export async function endJpeg(path: string): Promise<Endings | null> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size < 4 || size > MAX_BYTES || (await readAt(file, size - 2, 2)).equals(END)) return null;
  const bytes = await readAt(file, 0, size);
  // Half a marker.
  const coded = bytes.at(-1) === 0xff ? bytes.subarray(0, -1) : bytes;
  if (!endsInItsOnlyScan(coded)) return null;
  return [Buffer.concat([coded, END]), ...TAILS.map((tail) => Buffer.concat([coded, tail, END]))];
}

function endsInItsOnlyScan(bytes: Buffer): boolean {
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

/** Whether there is no marker in `bytes` from `start`: each 0xff of coded data is followed by a zero. */
function isCoded(bytes: Buffer, start: number): boolean {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] !== 0) return false;
  }
  return true;
}
