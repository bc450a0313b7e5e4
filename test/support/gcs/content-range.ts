import { invalid } from './errors.ts';

/** What a request of a resumable upload brings. */
export interface Part {
  /** Null where no bytes come and the state is asked for. */
  start: number | null;
  /** Null where it is not said. */
  length: number | null;
  /** Of the whole object. */
  total: number | null;
  /** The bytes go on to the end of the object. */
  open: boolean;
}

/** Of the header Content-Range, without which the whole comes. @throws GcsError 400 */
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
