import { badUserInput } from '../../graphql/types/errors.ts';
import type { Position } from '../../metadata/browse/keyset.ts';
import { type PhotoOrder, PhotoOrderField } from '../../metadata/browse/photo-filter.ts';

const TIMES = new Set<PhotoOrderField>([PhotoOrderField.TAKEN_AT, PhotoOrderField.UPLOADED_AT]);
const MAX_LENGTH = 1_024;
const NOT_OURS = 'The cursor was not issued by this service.';

/** Opaque to clients: base64url of `[field, direction, value, id]` as JSON, with a time in milliseconds since 1970. */
export function encodeCursor(order: PhotoOrder, position: Position): string {
  const value = position.value instanceof Date ? position.value.getTime() : position.value;
  return Buffer.from(JSON.stringify([order.field, order.direction, value, position.id])).toString(
    'base64url',
  );
}

/** @throws BAD_USER_INPUT if the text is not a cursor, or belongs to another order. */
export function decodeCursor(order: PhotoOrder, cursor: string): Position {
  const parts = cursor.length <= MAX_LENGTH ? parse(cursor) : null;
  if (!Array.isArray(parts) || parts.length !== 4) throw badUserInput(NOT_OURS);
  const [field, direction, written, id]: unknown[] = parts;
  if (field !== order.field || direction !== order.direction)
    throw badUserInput('The cursor belongs to another orderBy; leave it out to start from the first page.');
  const value = decodeValue(order.field, written);
  if (value === null || typeof id !== 'string') throw badUserInput(NOT_OURS);
  return { value, id };
}

function decodeValue(field: PhotoOrderField, written: unknown): Position['value'] | null {
  if (field === PhotoOrderField.FILENAME) return typeof written === 'string' ? written : null;
  if (typeof written !== 'number' || !Number.isSafeInteger(written)) return null;
  if (!TIMES.has(field)) return written;
  const time = new Date(written);
  return Number.isNaN(time.getTime()) ? null : time;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
