import { isSettled, type UploadItem } from '../queue/upload-item.ts';

/** What of the list is shown. */
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

/** Whether an upload is shown under a filter. */
export function isShown(item: UploadItem, filter: ResultFilter): boolean {
  if (filter === 'all') return true;
  return filter === 'underWay' ? !isSettled(item) : item.state === filter;
}
