import { backOffMs, decide, type FailureKind, UploadFailure } from './retry.ts';

const after = (kind: FailureKind, attempts = 0, from: 'declared' | 'sent' = 'declared') =>
  decide(new UploadFailure(kind), from, attempts);

describe('decide', () => {
  it('retries the step after a lost connection or a fault, with a growing delay', () => {
    for (const kind of ['offline', 'fault', 'incomplete'] as const)
      expect(after(kind)).toMatchObject({ next: 'retry', from: 'declared', countsAsAttempt: true });
    const waits = [0, 1, 2, 3].map((attempts) => {
      const decision = after('offline', attempts);
      return decision.next === 'retry' ? decision.delayMs : 0;
    });
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(waits[0]).toBeGreaterThanOrEqual(800);
  });

  it.each([
    ['busy', 0],
    // If a proxy refuses only this request, the queue resumes immediately. The delay prevents a fast loop.
    ['signed-out', 1_000],
  ] as const)('retries after %s without counting an attempt, with a delay of %i ms', (kind, delayMs) => {
    expect(after(kind, 1_000)).toEqual({ next: 'retry', from: 'declared', delayMs, countsAsAttempt: false });
  });

  it('requests another target if the target is gone, and hashes a changed file again', () => {
    expect(after('target-gone', 0, 'sent')).toMatchObject({ next: 'retry', from: 'hashed' });
    expect(after('changed', 0, 'sent')).toMatchObject({ next: 'retry', from: 'waiting' });
  });

  it('fails with a reason after the last attempt', () => {
    expect(after('fault', 4)).toEqual({ next: 'fail', reason: 'FAULT' });
    expect(after('offline', 7)).toEqual({ next: 'fail', reason: 'BROKEN_OFF' });
    expect(after('target-gone', 7)).toEqual({ next: 'fail', reason: 'UPLOAD_EXPIRED' });
    expect(after('changed', 7)).toEqual({ next: 'fail', reason: 'CHECKSUM_MISMATCH' });
  });

  it('does not retry if a retry cannot succeed', () => {
    expect(after('unreadable')).toEqual({ next: 'fail', reason: 'UNREADABLE' });
    expect(after('outdated')).toEqual({ next: 'fail', reason: 'OUTDATED' });
    const refused = new UploadFailure('refused', { reason: 'FILE_TOO_LARGE' });
    expect(decide(refused, 'declared', 0)).toEqual({ next: 'fail', reason: 'FILE_TOO_LARGE' });
  });
});

it('doubles the delay from 1 second up to 30 seconds', () => {
  expect([1, 2, 3, 6, 50].map((attempt) => backOffMs(attempt, 0))).toEqual([
    1_000, 2_000, 4_000, 30_000, 30_000,
  ]);
  expect(backOffMs(1, 1)).toBe(800);
});
