import { ApiError, type ApiErrorKind } from './api-error.ts';
import { retry, retryDelay } from './retry.ts';

const failed = (kind: ApiErrorKind, retryAfterMs = 0) => new ApiError(kind, 'No.', { retryAfterMs });

it.each<[ApiErrorKind, boolean, boolean]>([
  ['offline', true, true],
  ['fault', true, false],
  ['rate-limited', true, false],
  ['refused', false, false],
  ['signed-out', false, false],
  ['outdated', false, false],
])('retries after %s: first %s, after many failures %s', (kind, first, later) => {
  expect(retry(0, failed(kind))).toBe(first);
  expect(retry(50, failed(kind))).toBe(later);
});

it('never retries after a bug of this page', () => expect(retry(0, new TypeError('x'))).toBe(false));

it('waits as long as the service requests, otherwise longer each time, up to a limit', () => {
  expect(retryDelay(0, failed('fault', 7_000))).toBe(7_000);
  expect(retryDelay(0, failed('rate-limited', 60_000))).toBe(60_000);
  expect([0, 1, 2, 50].map((failures) => retryDelay(failures, failed('fault')))).toEqual([
    500, 1_000, 2_000, 8_000,
  ]);
});
