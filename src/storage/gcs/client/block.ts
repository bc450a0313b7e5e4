import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Crc32c } from './crc32c.ts';

/** A part of a file, which is read each time it is sent. */
export interface FilePart {
  path: string;
  /** Of its first byte, and of the one behind its last. */
  start: number;
  end: number;
}

/** Bytes that can be sent again: held in memory, or read from their file. */
export type Block = Buffer | FilePart;

const READ_CHUNK_BYTES = 256 * 1024;

export function sizeOf(block: Block): number {
  return Buffer.isBuffer(block) ? block.length : block.end - block.start;
}

/** The block without its first bytes. */
export function restOf(block: Block, from: number): Block {
  return Buffer.isBuffer(block) ? block.subarray(from) : { ...block, start: block.start + from };
}

/** The bytes of blocks. Throws what reading a file throws. */
export async function* bytesOf(blocks: readonly Block[]): AsyncGenerator<Buffer> {
  for (const block of blocks) {
    if (Buffer.isBuffer(block)) yield block;
    else if (block.end > block.start) yield* readPart(block);
  }
}

function readPart({ path, start, end }: FilePart): AsyncIterable<Buffer> {
  return createReadStream(path, { start, end: end - 1, highWaterMark: READ_CHUNK_BYTES });
}

/** Carries a checksum on over the block. */
export async function update(hash: Crc32c, block: Block): Promise<void> {
  for await (const bytes of bytesOf([block])) hash.update(bytes);
}

/** Blocks of the same size and what is left. Throws what the stream throws. */
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
 * The same of a file. None of it is held in memory: however many uploads stand still because the bucket does, they take
 * little more than their connections. Throws where there is no such file.
 */
export async function* blocksOfFile(path: string, blockBytes: number): AsyncGenerator<Block> {
  const { size } = await stat(path);
  for (let start = 0; start < size; start += blockBytes)
    yield { path, start, end: Math.min(start + blockBytes, size) };
}
