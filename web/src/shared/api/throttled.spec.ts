import { jest } from '@jest/globals';
import { throttled } from './throttled.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('acts immediately, and once more for all calls in the meantime', () => {
  const act = jest.fn();
  const call = throttled(act, 1_000);
  call();
  expect(act).toHaveBeenCalledTimes(1);
  for (let time = 0; time < 9; time++) {
    jest.advanceTimersByTime(100);
    call();
  }
  expect(act).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(100);
  expect(act).toHaveBeenCalledTimes(2);
  jest.advanceTimersByTime(10_000);
  expect(act).toHaveBeenCalledTimes(2);
  call();
  expect(act).toHaveBeenCalledTimes(3);
});

it('acts at most once per interval', () => {
  const act = jest.fn();
  const call = throttled(act, 1_000);
  for (let time = 0; time < 100; time++) {
    call();
    jest.advanceTimersByTime(100);
  }
  expect(act).toHaveBeenCalledTimes(11);
});
