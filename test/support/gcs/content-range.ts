import { invalid } from './errors.ts';

/** The bytes that a request of a resumable upload contains. */
export interface Part {
  /** The offset of the first byte, or `null` if the request has no bytes and queries the state of the upload. */
  start: number | null;
  /** The number of bytes, or `null` if it is not declared. */
  length: number | null;
  /** The size of the whole object, or `null` if it is not declared. */
  total: number | null;
  /** True if the bytes continue to the end of the object. */
  open: boolean;
}

/**
 * Parses the header Content-Range. Without the header, the request contains the whole object.
 * @throws GcsError 400 if the header is malformed
 */
export function parsePart(header: string | undefined): Part {
  if (header === undefined) return { start: 0, length: null, total: null, open: true };
  const match = /^bytes (?:\*|(\d{1,15})-(\d{1,15}|\*))\/(\d{1,15}|\*)$/.exec(header);
  if (!match) throw invalid(`Failed to parse Content-Range header: ${header}`);
  const [, start, end, size] = match;
  const total = size === '*' ? null : Number(size);
  if (start === undefined) return { start: null, length: null, total, open: false };
  if (end === '*') return { start: Number(start), length: null, total, open: true };
  return { start: Number(start), length: Number(end) - Number(start) + 1, total, open: false };
}
