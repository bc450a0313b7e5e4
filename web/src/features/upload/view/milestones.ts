import { underWay, type UploadsSnapshot } from '../queue/uploads-snapshot.ts';

/** An event of the upload that is announced. */
export type Milestone =
  | { kind: 'started'; files: number }
  | { kind: 'half' }
  | { kind: 'paused' }
  | { kind: 'resumed' }
  | { kind: 'finished'; done: number; known: number; failed: number };

/** The half is announced only for at least this many files, because a smaller upload ends soon. */
const MANY = 10;

/** Returns the event between two states of the queue, or null. */
export function milestone(now: UploadsSnapshot, before: UploadsSnapshot): Milestone | null {
  const left = underWay(now.totals);
  const wasLeft = underWay(before.totals);
  if (left === 0 && wasLeft > 0) return finished(now);
  if (left > 0 && wasLeft === 0) return { kind: 'started', files: left };
  // The files were added and settled between the two states.
  if (left === 0 && now.totals.files > before.totals.files) return finished(now);
  if (left === 0) return null;
  if (now.pauseReason && !before.pauseReason) return { kind: 'paused' };
  if (!now.pauseReason && before.pauseReason) return { kind: 'resumed' };
  const isHalf = share(now) >= 0.5 && share(before) < 0.5;
  return isHalf && now.totals.files >= MANY ? { kind: 'half' } : null;
}

function finished({ totals: { count } }: UploadsSnapshot): Milestone | null {
  const { done, duplicate, trashed, failed } = count;
  // All files were cancelled by the user.
  if (done + duplicate + trashed + failed === 0) return null;
  return { kind: 'finished', done, known: duplicate + trashed, failed };
}

function share({ totals: { allBytes, pastBytes } }: UploadsSnapshot): number {
  return allBytes === 0 ? 1 : pastBytes / allBytes;
}
