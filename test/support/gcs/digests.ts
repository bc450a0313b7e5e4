import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { crc32c, encodeCrc32c } from '../../../src/storage/gcs/client/crc32c.ts';
import { GcsError } from './errors.ts';

/** The size and the checksums of an object, in base64 like in Cloud Storage. */
export interface ContentDigest {
  size: number;
  crc32c: string;
  md5Hash: string;
}

/** Checksums that a client sent with the bytes. */
export interface ExpectedDigest {
  crc32c?: string | undefined;
  md5Hash?: string | undefined;
}

export class Digester {
  #size = 0;
  #crc32c = 0;
  readonly #md5 = createHash('md5');

  update(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#crc32c = crc32c(bytes, this.#crc32c);
    this.#md5.update(bytes);
  }

  digest(): ContentDigest {
    return { size: this.#size, crc32c: encodeCrc32c(this.#crc32c), md5Hash: this.#md5.digest('base64') };
  }
}

export async function digestFile(path: string): Promise<ContentDigest> {
  const digester = new Digester();
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2 })) digester.update(chunk);
  return digester.digest();
}

/** Parses `x-goog-hash: crc32c=...,md5=...`, from one header or from several headers that Node has joined. */
export function parseHashHeader(value: string | undefined): ExpectedDigest {
  const hashes = new Map(
    (value ?? '').split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()];
    }),
  );
  return { crc32c: hashes.get('crc32c'), md5Hash: hashes.get('md5') };
}

/** @throws GcsError 400 if the bytes do not match the expected checksums */
export function verifyDigest(content: ContentDigest, ...expectations: ExpectedDigest[]): void {
  for (const { crc32c, md5Hash } of expectations) {
    if (crc32c !== undefined && crc32c !== content.crc32c)
      throw mismatch(`Provided CRC32C "${crc32c}" doesn't match calculated CRC32C "${content.crc32c}".`);
    if (md5Hash !== undefined && md5Hash !== content.md5Hash)
      throw mismatch(
        `Provided MD5 hash "${md5Hash}" doesn't match calculated MD5 hash "${content.md5Hash}".`,
      );
  }
}

function mismatch(message: string): GcsError {
  return new GcsError({ status: 400, reason: 'invalid', code: 'BadDigest', message });
}
