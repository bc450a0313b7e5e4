import type { FileHandle } from 'node:fs/promises';

/** Returns up to `length` bytes from `offset`: fewer if the file ends earlier, none if no file can be that long. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(offset)) return Buffer.alloc(0);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
