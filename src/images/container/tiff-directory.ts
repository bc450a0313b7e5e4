/** Gives up to `length` bytes from `offset` of a TIFF structure; fewer, or none, where it ends before. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

/** An entry of a directory as it is written (TIFF 6.0, section 2). */
export interface TiffEntry {
  tag: number;
  type: number;
  count: number;
  /** The value itself where it fits, else where it is. */
  field: Buffer;
}

export interface TiffDirectory {
  entries: TiffEntry[];
  /** Bytes that it takes. */
  size: number;
  /** Where the next one is; 0 behind the last, and where the file ends before. */
  next: number;
}

/** As many as a directory of 32-bit offsets can have. */
export const ALL_ENTRIES = 0xffff;
/** One read is enough for most directories. */
const FIRST_READ_BYTES = 1024;
/** Bytes of a value by its field type (TIFF 6.0, section 2; IFD of Tech Note 1; BigTIFF's three). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** How a TIFF writes its numbers and directories: in either byte order, with offsets of 32 bits or (BigTIFF) of 64. */
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

  /** An offset or a count. One beyond a double's precision is beyond every file as well. */
  size(bytes: Buffer, at: number): number {
    if (!this.isBig) return this.u32(bytes, at);
    return Number(this.isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }
}

/** The layout and the first directory of a TIFF; null where it starts as none. */
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

/** The directory at `offset`, with `most` entries at most; of one that is cut short, those that are there. */
export async function readDirectory(
  read: ReadBytes,
  layout: TiffLayout,
  offset: number,
  most: number,
): Promise<TiffDirectory> {
  const { isBig, entryBytes } = layout;
  const countBytes = isBig ? 8 : 2;
  const offsetBytes = isBig ? 8 : 4;
  let bytes = await read(offset, FIRST_READ_BYTES);
  if (bytes.length < countBytes) return { entries: [], size: bytes.length, next: 0 };
  const count = Math.min(isBig ? layout.size(bytes, 0) : layout.u16(bytes, 0), most);
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

/** Bytes of one value of this type; 0 where it is none. */
export function typeBytes(type: number): number {
  return TYPE_BYTES[type] ?? 0;
}
