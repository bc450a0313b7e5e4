import { badUserInput } from '../../graphql/types/errors.ts';
import { type Conditions, OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-query.ts';

/** A photo's place in an order. It stands when other rows come and go, and when its own row goes. */
export interface Place {
  value: string | number | Date;
  id: string;
}

const COLUMNS = {
  [PhotoOrderField.TAKEN_AT]: 'taken_at_local',
  [PhotoOrderField.UPLOADED_AT]: 'upload_date',
  [PhotoOrderField.FILENAME]: 'filename',
  [PhotoOrderField.SIZE]: 'size_bytes',
} as const;

const TIMES = new Set<PhotoOrderField>([PhotoOrderField.TAKEN_AT, PhotoOrderField.UPLOADED_AT]);
const MAX_CURSOR_LENGTH = 1_024;

/** The column that a page is ordered by; `id` makes the order total. */
export function orderColumn(order: PhotoOrder): (typeof COLUMNS)[PhotoOrderField] {
  return COLUMNS[order.field];
}

/** Which way a page is read: backwards is from its end. */
export function isAscending(order: PhotoOrder, backwards: boolean): boolean {
  return (order.direction === OrderDirection.ASC) !== backwards;
}

/** `ORDER BY` of a page read forwards, or backwards from its end. */
export function orderBy(order: PhotoOrder, backwards: boolean): string {
  const way = isAscending(order, backwards) ? 'ASC' : 'DESC';
  return `${orderColumn(order)} ${way}, id ${way}`;
}

/** Adds: strictly after a place in the order, or strictly before it. */
export function addPlace(where: Conditions, order: PhotoOrder, place: Place, side: 'after' | 'before'): void {
  const column = orderColumn(order);
  const sign = (order.direction === OrderDirection.ASC) === (side === 'after') ? '>' : '<';
  const value = where.bind(place.value);
  const id = where.bind(place.id);
  // The first term alone lets an engine skip blocks by their smallest and greatest values.
  where.add(`${column} ${sign}= ${value} AND (${column} ${sign} ${value} OR id ${sign} ${id})`);
}

/** Opaque to clients: base64url of `[field, direction, value, id]` as JSON, a time in milliseconds since 1970. */
export function encodeCursor(order: PhotoOrder, place: Place): string {
  const value = place.value instanceof Date ? place.value.getTime() : place.value;
  return Buffer.from(JSON.stringify([order.field, order.direction, value, place.id])).toString('base64url');
}

/** @throws BAD_USER_INPUT where the text is not a cursor, or is one of another order. */
export function decodeCursor(order: PhotoOrder, cursor: string): Place {
  const parts = cursor.length <= MAX_CURSOR_LENGTH ? parse(cursor) : null;
  if (!Array.isArray(parts) || parts.length !== 4)
    throw badUserInput('The cursor is not one that was given here.');
  const [field, direction, written, id]: unknown[] = parts;
  if (field !== order.field || direction !== order.direction)
    throw badUserInput('The cursor belongs to another orderBy; leave it out to start from the first page.');
  const value = placeValue(order.field, written);
  if (value === null || typeof id !== 'string')
    throw badUserInput('The cursor is not one that was given here.');
  return { value, id };
}

function placeValue(field: PhotoOrderField, written: unknown): Place['value'] | null {
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
