import type { Photo } from '../photos/photo.ts';
import type { Conditions } from './photo-conditions.ts';
import { OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';

/** The position of a photo in an order. It remains valid when other rows, or its own row, are deleted. */
export interface Position {
  value: string | number | Date;
  id: string;
}

const COLUMNS = {
  [PhotoOrderField.TAKEN_AT]: 'taken_at_local',
  [PhotoOrderField.UPLOADED_AT]: 'upload_date',
  [PhotoOrderField.FILENAME]: 'filename',
  [PhotoOrderField.SIZE]: 'size_bytes',
} as const;

/** The column of an order; `id` makes the order total. */
export function orderColumn(order: PhotoOrder): (typeof COLUMNS)[PhotoOrderField] {
  return COLUMNS[order.field];
}

/** The direction in which a page is read; a backward page is read from its end. */
export function isAscending(order: PhotoOrder, backwards: boolean): boolean {
  return (order.direction === OrderDirection.ASC) !== backwards;
}

/** `ORDER BY` of a page that is read forwards, or backwards from its end. */
export function orderBy(order: PhotoOrder, backwards: boolean): string {
  const direction = isAscending(order, backwards) ? 'ASC' : 'DESC';
  return `${orderColumn(order)} ${direction}, id ${direction}`;
}

/** Adds the condition that a photo comes strictly after, or strictly before, a position. */
export function addPosition(
  where: Conditions,
  order: PhotoOrder,
  position: Position,
  side: 'after' | 'before',
): void {
  const column = orderColumn(order);
  const sign = (order.direction === OrderDirection.ASC) === (side === 'after') ? '>' : '<';
  const value = where.bind(position.value);
  const id = where.bind(position.id);
  // The first term alone lets an engine skip blocks by their minimum and maximum.
  where.add(`${column} ${sign}= ${value} AND (${column} ${sign} ${value} OR id ${sign} ${id})`);
}

/** The position of a photo in an order. */
export function positionOf(photo: Photo, order: PhotoOrder): Position {
  const value = {
    taken_at_local: photo.takenAtLocal,
    upload_date: photo.uploadedAt,
    filename: photo.filename,
    size_bytes: photo.sizeBytes,
  }[orderColumn(order)];
  return { value, id: photo.id };
}
