import { failureOf, waitMs } from './put-answer.ts';

const answer = (
  status: number,
  more: { isRedirected?: boolean; retryAfter?: string; text?: string } = {},
) => ({
  status,
  isRedirected: false,
  retryAfter: null,
  text: '',
  ...more,
});

describe('what a PUT came to', () => {
  it.each([200, 201, 204, 409, 412])('%d: the bytes are there', (status) => {
    expect(failureOf(answer(status), true)).toBeNull();
    expect(failureOf(answer(status), false)).toBeNull();
  });

  it.each([
    [0, 'offline'],
    [400, 'incomplete'],
    [401, 'signed-out'],
    [403, 'fault'],
    [404, 'target-gone'],
    [410, 'target-gone'],
    [413, 'refused'],
    [422, 'changed'],
    [429, 'busy'],
    [500, 'fault'],
    [503, 'busy'],
  ])('%d of the service is %s', (status, kind) => {
    expect(failureOf(answer(status), true)?.kind).toBe(kind);
  });

  it.each([
    [0, 'offline'],
    [400, 'target-gone'],
    [401, 'target-gone'],
    [403, 'target-gone'],
    [429, 'busy'],
    [500, 'fault'],
  ])('%d of a bucket is %s, and never a session that expired', (status, kind) => {
    expect(failureOf(answer(status), false)?.kind).toBe(kind);
  });

  it('is signed out where a proxy answered with another page', () => {
    expect(failureOf(answer(200, { isRedirected: true }), true)?.kind).toBe('signed-out');
  });

  it('knows by which number the service tells what happened', () => {
    const text = JSON.stringify({ errors: [{ message: 'x', extensions: { code: 'X', requestId: 'r-1' } }] });
    expect(failureOf(answer(500, { text }), true)?.requestId).toBe('r-1');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it('is in seconds, or a date', () => {
    expect(waitMs('7', now)).toBe(7_000);
    expect(waitMs('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000);
  });

  it('is neither nothing nor for ever', () => {
    expect(waitMs('0', now)).toBe(1_000);
    expect(waitMs('999999', now)).toBe(120_000);
    for (const nonsense of [null, '', 'soon']) expect(waitMs(nonsense, now)).toBeGreaterThanOrEqual(5_000);
  });
});
