/** Returns up to `length` bytes from `offset` of a TIFF structure: fewer or none if it ends earlier. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

/** An entry of a directory, as encoded in the file (TIFF 6.0, section 2). */
export interface TiffEntry {
  tag: number;
  type: number;
  count: number;
  /** The value itself if it fits, otherwise its offset. */
  field: Buffer;
}

export interface TiffDirectory {
  entries: TiffEntry[];
  /** In bytes. */
  size: number;
  /** The offset of the next directory; 0 after the last one, or if the file ends earlier. */
  next: number;
}

/** The maximum number of entries of a directory with 32-bit offsets. */
export const ALL_ENTRIES = 0xffff;
/** One read is enough for most directories. */
const FIRST_READ_BYTES = 1024;
/** The size of a value in bytes by field type (TIFF 6.0, section 2; IFD of Tech Note 1; three types of BigTIFF). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** How a TIFF encodes numbers and directories: the byte order, and offsets of 32 bits or (BigTIFF) 64 bits. */
export class TiffLayout {
  readonly isLittle: boolean;
  readonly isBig: boolean;

  constructor(isLittle: boolean, isBig: boolean) {
    this.isLittle = isLittle;
    this.isBig = isBig;
  }

  get entryBytes(): number {
    return this.isBig ? 20 : 12;
  }

  u16(bytes: Buffer, at: number): number {
    return this.isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  u32(bytes: Buffer, at: number): number {
    return this.isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** Reads an offset or a count. A value too large for a double's precision is beyond the end of any file. */
  size(bytes: Buffer, at: number): number {
    if (!this.isBig) return this.u32(bytes, at);
    return Number(this.isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }
}

/** Returns the layout of a TIFF and the offset of its first directory; null if it has no TIFF header. */
export async function readHeader(read: ReadBytes): Promise<{ layout: TiffLayout; first: number } | null> {
  const head = await read(0, 16);
  if (head.length < 8) return null;
  const order = head.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return null;
  const layout = new TiffLayout(order === 'II', false);
  const magic = layout.u16(head, 2);
  if (magic === 42) return { layout, first: layout.size(head, 4) };
  const isBig = magic === 43 && head.length === 16;
  const big = new TiffLayout(order === 'II', true);
  return isBig ? { layout: big, first: big.size(head, 8) } : null;
}

/** Returns the directory at `offset` with at most `maxEntries` entries; fewer if the directory is truncated. */
export async function readDirectory(
  read: ReadBytes,
  layout: TiffLayout,
  offset: number,
  maxEntries: number,
): Promise<TiffDirectory> {
  const { isBig, entryBytes } = layout;
  const countBytes = isBig ? 8 : 2;
  const offsetBytes = isBig ? 8 : 4;
  let bytes = await read(offset, FIRST_READ_BYTES);
  if (bytes.length < countBytes) return { entries: [], size: bytes.length, next: 0 };
  const count = Math.min(isBig ? layout.size(bytes, 0) : layout.u16(bytes, 0), maxEntries);
  const end = countBytes + count * entryBytes;
  if (end + offsetBytes > FIRST_READ_BYTES) bytes = await read(offset, end + offsetBytes);
  const entries: TiffEntry[] = [];
  for (let at = countBytes; at + entryBytes <= Math.min(end, bytes.length); at += entryBytes) {
    entries.push({
      tag: layout.u16(bytes, at),
      type: layout.u16(bytes, at + 2),
      count: layout.size(bytes, at + 4),
      field: bytes.subarray(at + 4 + offsetBytes, at + entryBytes),
    });
  }
  const next = bytes.length >= end + offsetBytes ? layout.size(bytes, end) : 0;
  return { entries, size: Math.min(end + offsetBytes, bytes.length), next };
}

/** Returns the size of one value of this type in bytes; 0 if the type is unknown. */
export function typeBytes(type: number): number {
  return TYPE_BYTES[type] ?? 0;
}
