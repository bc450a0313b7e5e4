import { EXIF_DIRECTORY, type ExifField, GPS_DIRECTORY, writeExif } from './exif-write.ts';
import {
  type ReadBytes,
  readDirectory,
  readHeader,
  type TiffEntry,
  type TiffLayout,
  typeBytes,
} from '../container/tiff-directory.ts';

/** Field types. */
const ASCII = 2;
const LAST_KNOWN = 13;
/** Pointers to other directories, other blocks (XMP, IPTC, Photoshop, ICC) and data in formats of camera makers. */
const OMITTED_TAGS = new Set([
  0x014a,
  0x02bc,
  0x83bb,
  0x8649,
  0x8773,
  0x927c,
  0x9286,
  0xa005,
  EXIF_DIRECTORY,
  GPS_DIRECTORY,
]);

const MAX_ENTRIES = 512;
/** Longer text is truncated. */
const MAX_TEXT_BYTES = 8192;
/** Longer values are omitted: they are tables and thumbnails. */
export const MAX_VALUE_BYTES = 512;
const MAX_BYTES = 256 * 1024;

/**
 * Copies the tags of a TIFF's first directory, and of its EXIF and GPS directories, into a new small TIFF with the
 * same byte order. In the copy, every offset is inside the block, no directory refers to itself, and no value is
 * longer than a reader needs. A tag is omitted if it is malformed or its value is outside of the file; other tags
 * are still copied. Returns null if the source is not a TIFF.
 */
export async function copyExif(read: ReadBytes): Promise<Buffer | null> {
  const header = await readHeader(read);
  if (!header) return null;
  const { layout, first } = header;
  const copy = new ExifCopy(read, layout);
  const { entries } = await readDirectory(read, layout, first, MAX_ENTRIES);
  const ifd0 = await copy.fields(entries);
  const exif = await copy.subdirectory(entries, EXIF_DIRECTORY);
  const gps = await copy.subdirectory(entries, GPS_DIRECTORY);
  return writeExif(layout.isLittle, ifd0, exif, gps);
}

class ExifCopy {
  readonly #read: ReadBytes;
  readonly #layout: TiffLayout;
  #remainingBytes = MAX_BYTES;

  constructor(read: ReadBytes, layout: TiffLayout) {
    this.#read = read;
    this.#layout = layout;
  }

  async fields(entries: TiffEntry[]): Promise<ExifField[]> {
    const fields: ExifField[] = [];
    for (const entry of entries) {
      const value = OMITTED_TAGS.has(entry.tag) ? null : await this.#value(entry);
      if (!value || value.length === 0 || value.length > this.#remainingBytes) continue;
      this.#remainingBytes -= value.length;
      fields.push({ tag: entry.tag, type: entry.type, count: value.length / typeBytes(entry.type), value });
    }
    return fields;
  }

  /** The fields of the directory that `tag` points to. */
  async subdirectory(entries: TiffEntry[], tag: number): Promise<ExifField[]> {
    const pointer = entries.find((entry) => entry.tag === tag);
    if (!pointer) return [];
    const offset = this.#layout.size(pointer.field, 0);
    return this.fields((await readDirectory(this.#read, this.#layout, offset, MAX_ENTRIES)).entries);
  }

  /** Returns null if the value is to be omitted or is not in the file. */
  async #value({ type, count, field }: TiffEntry): Promise<Buffer | null> {
    const declared = type > LAST_KNOWN ? 0 : typeBytes(type) * count;
    if (declared === 0 || this.#remainingBytes === 0 || (type !== ASCII && declared > MAX_VALUE_BYTES))
      return null;
    const length = Math.min(declared, MAX_TEXT_BYTES);
    const isInline = declared <= field.length;
    const value = isInline
      ? field.subarray(0, length)
      : await this.#read(this.#layout.size(field, 0), length);
    // Even a truncated text is useful.
    if (type === ASCII) return toUtf8(value);
    return value.length < length ? null : value;
  }
}

/**
 * EXIF text should be ASCII and is UTF-8 in practice. Text that is neither is decoded as Latin-1. An incomplete
 * character at the end is dropped.
 */
function toUtf8(text: Buffer): Buffer {
  try {
    return Buffer.from(new TextDecoder('utf-8', { fatal: true }).decode(text, { stream: true }));
  } catch {
    return Buffer.from(text.toString('latin1'));
  }
}
