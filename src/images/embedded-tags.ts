import { createRequire } from 'node:module';
import type { Extension } from './sniff.ts';

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

export interface EmbeddedSource {
  path: string;
  extension: Extension;
  exif: Buffer | null;
  xmp: Buffer | null;
}

/** The XMP reader is made of regular expressions whose time grows faster than the text. */
const MAX_XMP_BYTES = 256 * 1024;
/** How these formats' own reader hands EXIF on: with or without JPEG's prefix. */
const EXIF_PREFIX = 'Exif\0\0';

/** Bytes of a field that is kept; longer ones are tables and thumbnails. */
const MAX_FIELD_BYTES = 512;

const COMMON = {
  mergeOutput: false,
  // exifr would make dates in this process's time zone.
  reviveValues: false,
  icc: false,
  jfif: false,
  makerNote: false,
  userComment: false,
  interop: false,
  ifd1: false,
} as const;
const EXIF_AND_IPTC = { ...COMMON, tiff: true, exif: true, gps: true, iptc: true, xmp: false };
const XMP = { ...COMMON, tiff: false, xmp: true };

/** Reads EXIF, IPTC and XMP. What cannot be read is left out: a photo is none the worse for it. */
export async function readEmbeddedTags(source: EmbeddedSource): Promise<EmbeddedTags> {
  const [blocks, xmp] = await Promise.all(
    [readExif(source), readXmp(source)].map((read) => read.catch(nothing)),
  );
  return {
    ifd0: group(blocks, 'ifd0'),
    exif: group(blocks, 'exif'),
    gps: group(blocks, 'gps'),
    iptc: mapValues(group(blocks, 'iptc'), iptcText),
    xmp: Object.fromEntries(namespaces(xmp).map((name) => [name, group(xmp, name)])),
  };
}

/** exifr finds its own way in JPEG and TIFF. In other containers it misses some, and there sharp and libheif have the blocks. */
function readsFile({ extension }: EmbeddedSource): boolean {
  return extension === 'jpg' || extension === 'tif';
}

async function readExif(source: EmbeddedSource): Promise<unknown> {
  if (readsFile(source)) return parse(source.path, EXIF_AND_IPTC);
  if (!source.exif) return undefined;
  const isPrefixed = source.exif.toString('latin1', 0, EXIF_PREFIX.length) === EXIF_PREFIX;
  return parse(isPrefixed ? source.exif.subarray(EXIF_PREFIX.length) : source.exif, EXIF_AND_IPTC);
}

/** Apart from EXIF, because exifr would let XMP's "28/10" take the place of EXIF's 2.8. */
async function readXmp(source: EmbeddedSource): Promise<unknown> {
  if (readsFile(source)) return parse(source.path, XMP);
  if (!source.xmp || source.xmp.length > MAX_XMP_BYTES) return undefined;
  return sidecar(source.xmp, XMP, 'xmp');
}

function nothing(): undefined {
  return undefined;
}

/** But for the declarations of namespaces themselves. */
function namespaces(xmp: unknown): string[] {
  return isTags(xmp) ? Object.keys(xmp).filter((name) => name !== 'xmlns') : [];
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
  if (value.byteLength > MAX_FIELD_BYTES || !isNumbers(value)) return undefined;
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
