/** A tag and its value, in the byte order of the block to which it is written. */
export interface ExifField {
  tag: number;
  type: number;
  count: number;
  value: Buffer;
}

export const EXIF_DIRECTORY = 0x8769;
export const GPS_DIRECTORY = 0x8825;
const LONG = 4;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const FIELD_BYTES = 4;

/** Returns a TIFF structure: its directories in sequence, then the values that do not fit into their entries. */
export function writeExif(isLittle: boolean, ifd0: ExifField[], exif: ExifField[], gps: ExifField[]): Buffer {
  const exifAt = HEADER_BYTES + directoryBytes(ifd0.length + 2);
  const gpsAt = exifAt + directoryBytes(exif.length);
  const valuesAt = gpsAt + directoryBytes(gps.length);
  const all = [...ifd0, ...exif, ...gps].filter(({ value }) => value.length > FIELD_BYTES);
  const block = new Block(
    isLittle,
    valuesAt,
    all.reduce((sum, { value }) => sum + value.length, valuesAt),
  );
  block.directory(HEADER_BYTES, [
    ...ifd0,
    block.pointer(EXIF_DIRECTORY, exifAt),
    block.pointer(GPS_DIRECTORY, gpsAt),
  ]);
  block.directory(exifAt, exif);
  block.directory(gpsAt, gps);
  return block.bytes;
}

/** The number of entries, the entries, and the offset of the next directory, which is 0. */
function directoryBytes(entries: number): number {
  return 2 + entries * ENTRY_BYTES + 4;
}

class Block {
  readonly bytes: Buffer;
  readonly #isLittle: boolean;
  #valuesAt: number;

  constructor(isLittle: boolean, valuesAt: number, size: number) {
    this.bytes = Buffer.alloc(size);
    this.#isLittle = isLittle;
    this.#valuesAt = valuesAt;
    this.bytes.write(isLittle ? 'II' : 'MM', 'latin1');
    this.#u16(42, 2);
    this.#u32(HEADER_BYTES, 4);
  }

  pointer(tag: number, offset: number): ExifField {
    const value = Buffer.alloc(FIELD_BYTES);
    if (this.#isLittle) value.writeUInt32LE(offset);
    else value.writeUInt32BE(offset);
    return { tag, type: LONG, count: 1, value };
  }

  directory(start: number, fields: ExifField[]): void {
    this.#u16(fields.length, start);
    for (const [index, { tag, type, count, value }] of fields.entries()) {
      const at = start + 2 + index * ENTRY_BYTES;
      this.#u16(tag, at);
      this.#u16(type, at + 2);
      this.#u32(count, at + 4);
      if (value.length <= FIELD_BYTES) {
        value.copy(this.bytes, at + 8);
        continue;
      }
      this.#u32(this.#valuesAt, at + 8);
      this.#valuesAt += value.copy(this.bytes, this.#valuesAt);
    }
  }

  #u16(value: number, at: number): void {
    if (this.#isLittle) this.bytes.writeUInt16LE(value, at);
    else this.bytes.writeUInt16BE(value, at);
  }

  #u32(value: number, at: number): void {
    if (this.#isLittle) this.bytes.writeUInt32LE(value, at);
    else this.bytes.writeUInt32BE(value, at);
  }
}
