import { createRequire } from 'node:module';
import { copyExif, MAX_VALUE_BYTES } from './exif-copy.ts';
import type { ReadBytes } from '../container/tiff-directory.ts';
import { readXmp } from './xmp.ts';

// exifr is a CommonJS package whose named exports Node.js does not detect.
const { parse, sidecar }: typeof import('exifr') = createRequire(import.meta.url)('exifr');

export type Tags = Record<string, unknown>;

/** The tags of a file under exiftool's names. Values are text (dates as written), numbers and short arrays. */
export interface EmbeddedTags {
  ifd0: Tags;
  exif: Tags;
  gps: Tags;
  iptc: Tags;
  /** By namespace prefix. Properties that XMP repeats from EXIF are under `ifd0` and `exif`. */
  xmp: Record<string, Tags>;
}

/** The blocks that contain the tags of a file, as extracted from its container. */
export interface TagBlocks {
  /** A TIFF structure. */
  exif: ReadBytes | null;
  /** IPTC-IIM, with or without Photoshop's image resources around it. */
  iptc: Buffer | null;
  xmp: Buffer | null;
}

/** The prefix of EXIF in a JPEG, which the readers of some formats do not remove. */
const EXIF_PREFIX = 'Exif\0\0';
/** The signature of a Photoshop image resource, and the number of the one that contains IPTC. */
const IPTC_RESOURCE = '8BIM\x04\x04';
const MAX_IPTC_BYTES = 256 * 1024;

const OPTIONS = {
  mergeOutput: false,
  // exifr would interpret dates in the time zone of this process.
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

/** Reads EXIF, IPTC and XMP. Omits blocks that cannot be read, because a photo is valid without them. */
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

/** Returns a reader for an EXIF block. Skips the prefix that the readers of some formats do not remove. */
export function exifBlock(block: Buffer): ReadBytes {
  const isPrefixed = block.toString('latin1', 0, EXIF_PREFIX.length) === EXIF_PREFIX;
  const tiff = isPrefixed ? block.subarray(EXIF_PREFIX.length) : block;
  return async (offset, length) => tiff.subarray(offset, offset + length);
}

/**
 * Parses a checked copy of the tags, never the file, because exifr trusts the directories. One that declares the
 * same megabyte a thousand times keeps it busy for minutes. If exifr reads a file in parts, it returns
 * uninitialized memory for values in the parts that it has not read.
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

/**
 * Converts short binary values to text, such as the version "0232" or the UTF-16 of Windows tags (XPTitle), and
 * otherwise to numbers. Returns undefined for long ones.
 */
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

/**
 * exifr decodes IPTC as Latin-1, but most files of the last twenty years use UTF-8. Decodes text as UTF-8 if it is
 * valid, because Latin-1 text is almost never valid UTF-8.
 */
function iptcText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(iptcText);
  if (typeof value !== 'string') return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
