import type { UploadItem } from './upload-item.ts';
import { NO_TOTALS, type Totals } from './upload-list.ts';

/** A file that the user chose, and the folder that contains it. */
export interface ChosenFile {
  file: File;
  folder: string;
}

/** Why the queue is paused automatically. The user can pause it too. */
export type PauseReason = 'offline' | 'busy' | 'signed-out';

/** The state of the queue that components show. */
export interface UploadsSnapshot {
  readonly items: readonly UploadItem[];
  readonly totals: Totals;
  /** Paused by the user. */
  readonly isPaused: boolean;
  readonly pauseReason: PauseReason | null;
  readonly bytesPerSecond: number | null;
  readonly timeLeftMs: number | null;
}

export const NO_UPLOADS: UploadsSnapshot = {
  items: [],
  totals: NO_TOTALS,
  isPaused: false,
  pauseReason: null,
  bytesPerSecond: null,
  timeLeftMs: null,
};

/** The number of files that are not settled yet. */
export function underWay({ files, count }: Totals): number {
  return files - count.done - count.duplicate - count.trashed - count.failed - count.cancelled;
}
