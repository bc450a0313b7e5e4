import { sha256 as incremental } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Up to here a file is hashed whole by the browser, which is faster; what is larger goes through in pieces. */
const WHOLE_BYTES = 32 * 1024 ** 2;

/**
 * The SHA-256 of a file, hex; of a large one never more than some pieces are in memory. Where the page is no secure
 * context the browser offers no SHA-256, and every file goes in pieces.
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
