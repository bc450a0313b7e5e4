import { backOffMs, decide, type FailureKind, UploadFailure } from './retry.ts';

const after = (kind: FailureKind, attempts = 0, from: 'declared' | 'sent' = 'declared') =>
  decide(new UploadFailure(kind), from, attempts);

describe('decide', () => {
  it('repeats the step after a break and a fault, later each time', () => {
    for (const kind of ['offline', 'fault', 'incomplete'] as const)
      expect(after(kind)).toMatchObject({ next: 'again', from: 'declared', counts: true });
    const waits = [0, 1, 2, 3].map((attempts) => {
      const decision = after('offline', attempts);
      return decision.next === 'again' ? decision.inMs : 0;
    });
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(waits[0]).toBeGreaterThanOrEqual(800);
  });

  it.each([
    ['busy', 0],
    // Where a proxy lets other requests through, this one is not sent without end.
    ['signed-out', 1_000],
  ] as const)('waits for the end of %s as often as it comes, and %i ms', (kind, inMs) => {
    expect(after(kind, 1_000)).toEqual({ next: 'again', from: 'declared', inMs, counts: false });
  });

  it('asks for another target where there is none any more, and hashes anew what changed', () => {
    expect(after('target-gone', 0, 'sent')).toMatchObject({ next: 'again', from: 'hashed' });
    expect(after('changed', 0, 'sent')).toMatchObject({ next: 'again', from: 'waiting' });
  });

  it('gives up at last, and says why', () => {
    expect(after('fault', 4)).toEqual({ next: 'fail', reason: 'FAULT' });
    expect(after('offline', 7)).toEqual({ next: 'fail', reason: 'BROKEN_OFF' });
    expect(after('target-gone', 7)).toEqual({ next: 'fail', reason: 'UPLOAD_EXPIRED' });
    expect(after('changed', 7)).toEqual({ next: 'fail', reason: 'CHECKSUM_MISMATCH' });
  });

  it('does not try again what cannot help', () => {
    expect(after('unreadable')).toEqual({ next: 'fail', reason: 'UNREADABLE' });
    expect(after('outdated')).toEqual({ next: 'fail', reason: 'OUTDATED' });
    const refused = new UploadFailure('refused', { reason: 'FILE_TOO_LARGE' });
    expect(decide(refused, 'declared', 0)).toEqual({ next: 'fail', reason: 'FILE_TOO_LARGE' });
  });
});

it('backs off from a second to half a minute', () => {
  expect([1, 2, 3, 6, 50].map((attempt) => backOffMs(attempt, 0))).toEqual([
    1_000, 2_000, 4_000, 30_000, 30_000,
  ]);
  expect(backOffMs(1, 1)).toBe(800);
});
