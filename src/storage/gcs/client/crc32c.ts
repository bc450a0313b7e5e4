/**
 * CRC-32C (Castagnoli), RFC 3720 appendix B.4: polynomial 0x1EDC6F41, here in its reflected form.
 *
 * Several times as fast as the implementation in Google's client, which would block the event loop for 100 ms with
 * every block of an upload.
 */
const POLYNOMIAL = 0x82f63b78;

/** Entry 256 k + b is the effect of a byte b that is followed by k more bytes. This allows steps of eight bytes. */
const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256]!;
    table[at] = (before >>> 8) ^ table[before & 0xff]!;
  }
  return table;
}

/** Returns the checksum of bytes. `before` is the checksum of the bytes before them, or 0 if there are none. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      TABLE[1792 | (low & 0xff)]! ^
      TABLE[1536 | ((low >>> 8) & 0xff)]! ^
      TABLE[1280 | ((low >>> 16) & 0xff)]! ^
      TABLE[1024 | (low >>> 24)]! ^
      TABLE[768 | bytes[i + 4]!]! ^
      TABLE[512 | bytes[i + 5]!]! ^
      TABLE[256 | bytes[i + 6]!]! ^
      TABLE[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

/** Encodes a checksum as Cloud Storage does: big-endian, in base64. */
export function encodeCrc32c(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}

/** Computes the checksum of a sequence of chunks. */
export class Crc32c {
  #checksum = 0;

  update(bytes: Uint8Array): void {
    this.#checksum = crc32c(bytes, this.#checksum);
  }

  /** Returns the checksum as Cloud Storage encodes it. */
  toString(): string {
    return encodeCrc32c(this.#checksum);
  }
}
