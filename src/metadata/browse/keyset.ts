import type { Photo } from '../photos/photo.ts';
import { OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';

/** The position of a photo in an order. It remains valid when other rows, or its own row, are deleted. */
export interface Position {
  value: string | number | Date;
  id: string;
}

/** A part of an ordered list: `limit` photos after or before a position, or from the start or the end. */
export interface Window {
  limit: number;
  after: Position | null;
  before: Position | null;
  /** Selects the last `limit` photos of the window instead of the first. */
  backwards: boolean;
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

/** The comparison that selects the photos after, or before, a position in an order. */
export function comparison(order: PhotoOrder, side: 'after' | 'before'): '>' | '<' {
  return (order.direction === OrderDirection.ASC) === (side === 'after') ? '>' : '<';
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
