import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Crc32c } from './crc32c.ts';

/** A part of a file. The file is read again each time the part is sent. */
export interface FilePart {
  path: string;
  /** The offset of the first byte. */
  start: number;
  /** The offset after the last byte. */
  end: number;
}

/** Bytes that can be sent more than once: a buffer in memory, or a part of a file. */
export type Block = Buffer | FilePart;

const READ_CHUNK_BYTES = 256 * 1024;

export function sizeOf(block: Block): number {
  return Buffer.isBuffer(block) ? block.length : block.end - block.start;
}

/** Returns the block without its first `from` bytes. */
export function restOf(block: Block, from: number): Block {
  return Buffer.isBuffer(block) ? block.subarray(from) : { ...block, start: block.start + from };
}

/** Yields the bytes of blocks. Errors of reading a file are passed on. */
export async function* bytesOf(blocks: readonly Block[]): AsyncGenerator<Buffer> {
  for (const block of blocks) {
    if (Buffer.isBuffer(block)) yield block;
    else if (block.end > block.start) yield* readPart(block);
  }
}

function readPart({ path, start, end }: FilePart): AsyncIterable<Buffer> {
  return createReadStream(path, { start, end: end - 1, highWaterMark: READ_CHUNK_BYTES });
}

/** Adds the bytes of a block to a checksum. */
export async function updateHash(hash: Crc32c, block: Block): Promise<void> {
  for await (const bytes of bytesOf([block])) hash.update(bytes);
}

/** Splits a body into blocks of `blockBytes` bytes. The last may be smaller. Errors of the stream are passed on. */
export async function* blocksOf(body: Readable | Buffer, blockBytes: number): AsyncGenerator<Block> {
  const chunks: AsyncIterable<Buffer> | Iterable<Buffer> = Buffer.isBuffer(body) ? [body] : body;
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    while (size > blockBytes) {
      const all = Buffer.concat(held);
      yield all.subarray(0, blockBytes);
      held = [all.subarray(blockBytes)];
      size -= blockBytes;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}

/**
 * Splits a file into blocks of `blockBytes` bytes. The last may be smaller. No bytes are held in memory, so that
 * even many uploads to a stalled bucket need little more memory than their connections.
 * @throws an ENOENT error if the file does not exist
 */
export async function* blocksOfFile(path: string, blockBytes: number): AsyncGenerator<Block> {
  const { size } = await stat(path);
  for (let start = 0; start < size; start += blockBytes)
    yield { path, start, end: Math.min(start + blockBytes, size) };
}
