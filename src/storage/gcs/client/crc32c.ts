/**
 * Several times as fast as that of Google's client, which would hold the server up for 100 ms with every block of an upload.
 *
 * CRC-32C (Castagnoli), RFC 3720 appendix B.4: polynomial 0x1EDC6F41, here in its reflected form.
 */
const POLYNOMIAL = 0x82f63b78;

/** Entry 256 k + b is the effect of a byte b that k further bytes follow, so that eight bytes are taken in one step. */
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

/** Carries a checksum, 0 at the start, on over further bytes. */
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

/** As Cloud Storage writes it: the four bytes, highest first, in base64. */
export function encodeCrc32c(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}

/** Of bytes that come one after another. */
export class Crc32c {
  #checksum = 0;

  update(bytes: Uint8Array): void {
    this.#checksum = crc32c(bytes, this.#checksum);
  }

  /** As Cloud Storage writes it. */
  toString(): string {
    return encodeCrc32c(this.#checksum);
  }
}
