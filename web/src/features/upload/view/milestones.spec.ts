import { milestone } from './milestones.ts';
import { NO_UPLOADS, type UploadsSnapshot } from '../queue/uploads-snapshot.ts';

function at(files: number, count: Partial<UploadsSnapshot['totals']['count']>, share = 0): UploadsSnapshot {
  const totals = { ...NO_UPLOADS.totals, files, count: { ...NO_UPLOADS.totals.count, ...count } };
  return { ...NO_UPLOADS, totals: { ...totals, allBytes: 100, pastBytes: 100 * share } };
}

describe('milestone', () => {
  it('returns the start, the half of a large upload, and the end', () => {
    expect(milestone(at(20, { waiting: 20 }), NO_UPLOADS)).toEqual({ kind: 'started', files: 20 });
    expect(milestone(at(20, { waiting: 9 }, 0.5), at(20, { waiting: 12 }, 0.4))).toEqual({ kind: 'half' });
    expect(
      milestone(at(20, { done: 17, trashed: 1, duplicate: 1, failed: 1 }), at(20, { sending: 1 })),
    ).toEqual({
      kind: 'finished',
      done: 17,
      known: 2,
      failed: 1,
    });
  });

  it('returns the end for files that were settled immediately', () => {
    expect(milestone(at(1, { duplicate: 1 }), NO_UPLOADS)).toMatchObject({ kind: 'finished', known: 1 });
  });

  it('returns a pause and its end', () => {
    const going = at(3, { sending: 3 });
    const paused = { ...going, pauseReason: 'offline' as const };
    expect(milestone(paused, going)).toEqual({ kind: 'paused' });
    expect(milestone(going, paused)).toEqual({ kind: 'resumed' });
  });

  it('returns null between events, if all files were cancelled, and if the list was cleared', () => {
    expect(milestone(at(20, { waiting: 5 }, 0.8), at(20, { waiting: 6 }, 0.7))).toBeNull();
    expect(milestone(at(2, { cancelled: 2 }), at(2, { sending: 2 }))).toBeNull();
    expect(milestone(NO_UPLOADS, at(2, { done: 2 }))).toBeNull();
    expect(milestone(at(3, { waiting: 1 }, 0.6), at(3, { waiting: 2 }, 0.3))).toBeNull();
  });
});
