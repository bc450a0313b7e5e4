import { underWay, type UploadsSnapshot } from '../queue/uploads-snapshot.ts';

/** What is worth telling somebody who does not look. */
export type Milestone =
  | { kind: 'started'; files: number }
  | { kind: 'half' }
  | { kind: 'waiting' }
  | { kind: 'goesOn' }
  | { kind: 'finished'; done: number; known: number; failed: number };

/** Less than that is over before half of it could be told. */
const MANY = 10;

/** What happened between two moments of the queue; null where nothing worth a word did. */
export function milestone(now: UploadsSnapshot, before: UploadsSnapshot): Milestone | null {
  const left = underWay(now.totals);
  const wasLeft = underWay(before.totals);
  if (left === 0 && wasLeft > 0) return finished(now);
  if (left > 0 && wasLeft === 0) return { kind: 'started', files: left };
  // So few files that they came and were settled between two looks.
  if (left === 0 && now.totals.files > before.totals.files) return finished(now);
  if (left === 0) return null;
  if (now.hold && !before.hold) return { kind: 'waiting' };
  if (!now.hold && before.hold) return { kind: 'goesOn' };
  const isHalf = share(now) >= 0.5 && share(before) < 0.5;
  return isHalf && now.totals.files >= MANY ? { kind: 'half' } : null;
}

function finished({ totals: { count } }: UploadsSnapshot): Milestone | null {
  const { done, duplicate, trashed, failed } = count;
  // All that there was has been cancelled: whoever did it knows.
  if (done + duplicate + trashed + failed === 0) return null;
  return { kind: 'finished', done, known: duplicate + trashed, failed };
}

function share({ totals: { allBytes, pastBytes } }: UploadsSnapshot): number {
  return allBytes === 0 ? 1 : pastBytes / allBytes;
}
