import { GcsError, invalid } from './errors.ts';

/** Numbers of bytes, both inclusive. */
export interface SizeRange {
  min: number;
  max: number;
}

/**
 * Parses `x-goog-content-length-range: min,max`.
 * @throws GcsError 400 if the header is malformed
 */
export function parseSizeRange(header: string | undefined): SizeRange | null {
  if (header === undefined) return null;
  const match = /^\s*(\d{1,15})\s*,\s*(\d{1,15})\s*$/.exec(header);
  if (!match) throw invalid(`Invalid x-goog-content-length-range: ${header}`);
  return { min: Number(match[1]), max: Number(match[2]) };
}

/** @throws GcsError 400 if the size is out of range */
export function checkSizeRange(range: SizeRange | null, size: number): void {
  if (!range) return;
  if (size > range.max) throw outside('EntityTooLarge', 'Content-length exceeds upper bound on range');
  if (size < range.min) throw outside('EntityTooSmall', 'Content-length smaller than lower bound on range');
}

/**
 * Yields the bytes.
 * @throws GcsError 400 as soon as there are too many bytes, or at the end if there are too few
 */
export async function* withinSizeRange(
  range: SizeRange | null,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (range && size > range.max) checkSizeRange(range, size);
    yield chunk;
  }
  checkSizeRange(range, size);
}

function outside(code: string, message: string): GcsError {
  return new GcsError({ status: 400, reason: 'invalid', code, message });
}
