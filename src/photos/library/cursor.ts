import { badUserInput } from '../../graphql/types/errors.ts';
import type { Position } from '../../metadata/browse/keyset.ts';
import { type PhotoOrder, PhotoOrderField } from '../../metadata/browse/photo-filter.ts';

const TIMES = new Set<PhotoOrderField>([PhotoOrderField.TAKEN_AT, PhotoOrderField.UPLOADED_AT]);
const MAX_LENGTH = 1_024;
const INVALID_CURSOR = 'The cursor is not valid. Use a cursor that this service returned.';

/**
 * Encodes a position as a cursor, which is opaque to clients: the base64url of `[field, direction, value, id]` as
 * JSON. A time is in milliseconds since 1970.
 */
export function encodeCursor(order: PhotoOrder, position: Position): string {
  const value = position.value instanceof Date ? position.value.getTime() : position.value;
  return Buffer.from(JSON.stringify([order.field, order.direction, value, position.id])).toString(
    'base64url',
  );
}

/**
 * Decodes a cursor.
 * @throws BAD_USER_INPUT if the text is not a cursor, or comes from a list in a different order
 */
export function decodeCursor(order: PhotoOrder, cursor: string): Position {
  const parts = cursor.length <= MAX_LENGTH ? parse(cursor) : null;
  if (!Array.isArray(parts) || parts.length !== 4) throw badUserInput(INVALID_CURSOR);
  const [field, direction, encodedValue, id]: unknown[] = parts;
  if (field !== order.field || direction !== order.direction)
    throw badUserInput('The cursor belongs to another orderBy. Omit it to start from the first page.');
  const value = decodeValue(order.field, encodedValue);
  if (value === null || typeof id !== 'string') throw badUserInput(INVALID_CURSOR);
  return { value, id };
}

function decodeValue(field: PhotoOrderField, encoded: unknown): Position['value'] | null {
  if (field === PhotoOrderField.FILENAME) return typeof encoded === 'string' ? encoded : null;
  if (typeof encoded !== 'number' || !Number.isSafeInteger(encoded)) return null;
  if (!TIMES.has(field)) return encoded;
  const time = new Date(encoded);
  return Number.isNaN(time.getTime()) ? null : time;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
