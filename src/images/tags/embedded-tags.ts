import { createRequire } from 'node:module';
import { copyExif, MAX_VALUE_BYTES } from './exif-copy.ts';
import type { ReadBytes } from '../container/tiff-directory.ts';
import { readXmp } from './xmp.ts';

// A CommonJS package whose named exports Node does not see.
const { parse, sidecar }: typeof import('exifr') = createRequire(import.meta.url)('exifr');

export type Tags = Record<string, unknown>;

/** What a file says of itself, by the names of exiftool: text, dates too as they were written, numbers and short arrays. */
export interface EmbeddedTags {
  ifd0: Tags;
  exif: Tags;
  gps: Tags;
  iptc: Tags;
  /** By namespace prefix; what XMP repeats of EXIF is under `ifd0` and `exif`. */
  xmp: Record<string, Tags>;
}

/** The blocks that hold a file's tags, as the readers of its container found them. */
export interface TagBlocks {
  /** A TIFF structure. */
  exif: ReadBytes | null;
  /** IPTC-IIM, bare or in Photoshop's resources. */
  iptc: Buffer | null;
  xmp: Buffer | null;
}

/** JPEG's prefix of EXIF, which some formats' readers hand on. */
const EXIF_PREFIX = 'Exif\0\0';
/** Photoshop's signature of a resource, and the number of IPTC's. */
const IPTC_RESOURCE = '8BIM\x04\x04';
const MAX_IPTC_BYTES = 256 * 1024;

const OPTIONS = {
  mergeOutput: false,
  // exifr would make dates in this process's time zone.
  reviveValues: false,
  tiff: true,
  exif: true,
  gps: true,
  xmp: false,
  iptc: false,
  icc: false,
  jfif: false,
  makerNote: false,
  userComment: false,
  interop: false,
  ifd1: false,
} as const;

/** Reads EXIF, IPTC and XMP. What cannot be read is left out: a photo is none the worse for it. */
export async function readEmbeddedTags(blocks: TagBlocks): Promise<EmbeddedTags> {
  const [exif, iptc, xmp] = await Promise.all([
    readExif(blocks.exif).catch(nothing),
    readIptc(blocks.iptc).catch(nothing),
    readXmpPacket(blocks.xmp).catch(nothing),
  ]);
  return {
    ifd0: group(exif, 'ifd0'),
    exif: group(exif, 'exif'),
    gps: group(exif, 'gps'),
    iptc: isTags(iptc) ? mapValues(iptc, iptcText) : {},
    xmp: xmp ?? {},
  };
}

/** The block of EXIF that a container holds, without the prefix that some readers leave on it. */
export function exifBlock(block: Buffer): ReadBytes {
  const isPrefixed = block.toString('latin1', 0, EXIF_PREFIX.length) === EXIF_PREFIX;
  const tiff = isPrefixed ? block.subarray(EXIF_PREFIX.length) : block;
  return async (offset, length) => tiff.subarray(offset, offset + length);
}

/**
 * From a copy, and never from the file: exifr believes what a directory says, and one that says the same megabyte a thousand
 * times keeps it busy for minutes; of a file that it reads in parts, it shows the memory where it has not read.
 */
async function readExif(source: ReadBytes | null): Promise<unknown> {
  const copy = source && (await copyExif(source));
  return copy ? parse(copy, OPTIONS) : undefined;
}

async function readIptc(block: Buffer | null): Promise<unknown> {
  if (!block) return undefined;
  const iptc = block
    .subarray(Math.max(block.indexOf(IPTC_RESOURCE, 0, 'latin1'), 0))
    .subarray(0, MAX_IPTC_BYTES);
  return sidecar(iptc, OPTIONS, 'iptc');
}

async function readXmpPacket(packet: Buffer | null): Promise<Record<string, Tags>> {
  return packet ? readXmp(packet) : {};
}

function nothing(): undefined {
  return undefined;
}

function group(parsed: unknown, name: string): Tags {
  const tags = isTags(parsed) ? parsed[name] : undefined;
  return isTags(tags) ? mapValues(tags, withoutBinary) : {};
}

function isTags(value: unknown): value is Tags {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function mapValues(tags: Tags, change: (value: unknown, key: string) => unknown): Tags {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, change(value, key)]));
}

/** Short binary becomes what it says: text such as the version "0232", Windows' UTF-16 (XPTitle and its like), or numbers. */
function withoutBinary(value: unknown, key: string): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  if (value.byteLength > MAX_VALUE_BYTES || !isNumbers(value)) return undefined;
  const numbers = Array.from(value, Number);
  if (!(value instanceof Uint8Array)) return numbers;
  if (/^XP[A-Z]/.test(key)) return Buffer.from(numbers).toString('utf16le');
  return numbers.every((code) => code >= 0x20 && code < 0x7f) ? String.fromCharCode(...numbers) : numbers;
}

function isNumbers(value: object): value is Iterable<number | bigint> {
  return Symbol.iterator in value;
}

/** exifr reads IPTC as Latin-1; most of it has been UTF-8 for twenty years, and Latin-1 hardly ever passes for that. */
function iptcText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(iptcText);
  if (typeof value !== 'string') return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
