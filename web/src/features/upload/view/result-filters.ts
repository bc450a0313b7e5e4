import { isSettled, type UploadItem } from '../queue/upload-item.ts';

/** The filters of the list of files. */
export const RESULT_FILTERS = [
  'all',
  'underWay',
  'done',
  'duplicate',
  'trashed',
  'failed',
  'cancelled',
] as const;
export type ResultFilter = (typeof RESULT_FILTERS)[number];

/** Returns whether a filter includes an item. */
export function isShown(item: UploadItem, filter: ResultFilter): boolean {
  if (filter === 'all') return true;
  return filter === 'underWay' ? !isSettled(item) : item.state === filter;
}
