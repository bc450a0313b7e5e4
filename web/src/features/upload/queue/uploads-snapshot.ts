import type { UploadItem } from './upload-item.ts';
import { NO_TOTALS, type Totals } from './upload-list.ts';

/** A file that a person chose, and the folder that it came with. */
export interface ChosenFile {
  file: File;
  folder: string;
}

/** Why the whole queue waits by itself. */
export type Hold = 'offline' | 'busy' | 'signed-out';

/** The queue at a moment, as views show it. */
export interface UploadsSnapshot {
  readonly items: readonly UploadItem[];
  readonly totals: Totals;
  readonly isPaused: boolean;
  readonly hold: Hold | null;
  readonly bytesPerSecond: number | null;
  readonly timeLeftMs: number | null;
}

export const NO_UPLOADS: UploadsSnapshot = {
  items: [],
  totals: NO_TOTALS,
  isPaused: false,
  hold: null,
  bytesPerSecond: null,
  timeLeftMs: null,
};

/** How many are still on their way. */
export function underWay({ files, count }: Totals): number {
  return files - count.done - count.duplicate - count.trashed - count.failed - count.cancelled;
}
