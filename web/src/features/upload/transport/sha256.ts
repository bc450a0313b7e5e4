import { sha256 as incremental } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Up to this size, the browser hashes a file as a whole, which is faster. Larger files are hashed in parts. */
const WHOLE_BYTES = 32 * 1024 ** 2;

/**
 * Returns the SHA-256 of a file, in hex. Reads a large file in parts, so that it is never in memory as a whole.
 * Without a secure context, the browser has no SHA-256, and all files are hashed in parts.
 */
export async function sha256(file: Blob, wholeBytes = WHOLE_BYTES): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle && file.size <= wholeBytes)
    return bytesToHex(new Uint8Array(await subtle.digest('SHA-256', await file.arrayBuffer())));
  const hash = incremental.create();
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytesToHex(hash.digest());
    hash.update(value);
  }
}
