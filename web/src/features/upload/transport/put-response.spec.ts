import { failureOf, waitMs } from './put-response.ts';

const response = (
  status: number,
  more: { isRedirected?: boolean; retryAfter?: string; text?: string } = {},
) => ({
  status,
  isRedirected: false,
  retryAfter: null,
  text: '',
  ...more,
});

describe('failureOf', () => {
  it.each([200, 201, 204, 409, 412])('for status %d, returns null', (status) => {
    expect(failureOf(response(status), true)).toBeNull();
    expect(failureOf(response(status), false)).toBeNull();
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
  ])('for status %d of the service, returns %s', (status, kind) => {
    expect(failureOf(response(status), true)?.kind).toBe(kind);
  });

  it.each([
    [0, 'offline'],
    [400, 'target-gone'],
    [401, 'target-gone'],
    [403, 'target-gone'],
    [429, 'busy'],
    [500, 'fault'],
  ])('for status %d of a bucket, returns %s', (status, kind) => {
    expect(failureOf(response(status), false)?.kind).toBe(kind);
  });

  it('returns signed-out if a proxy responded with another page', () => {
    expect(failureOf(response(200, { isRedirected: true }), true)?.kind).toBe('signed-out');
  });

  it('includes the request ID of the service', () => {
    const text = JSON.stringify({ errors: [{ message: 'x', extensions: { code: 'X', requestId: 'r-1' } }] });
    expect(failureOf(response(500, { text }), true)?.requestId).toBe('r-1');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it('is read as seconds or as a date', () => {
    expect(waitMs('7', now)).toBe(7_000);
    expect(waitMs('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000);
  });

  it('is limited to between one second and two minutes', () => {
    expect(waitMs('0', now)).toBe(1_000);
    expect(waitMs('999999', now)).toBe(120_000);
    for (const nonsense of [null, '', 'soon']) expect(waitMs(nonsense, now)).toBeGreaterThanOrEqual(5_000);
  });
});
