import { timeLeft } from './time-left.ts';

it.each([
  [0, { kind: 'moments' }],
  [59_000, { kind: 'moments' }],
  [61_000, { kind: 'minutes', minutes: 1 }],
  [59 * 60_000, { kind: 'minutes', minutes: 59 }],
  [59.8 * 60_000, { kind: 'hours', hours: 1, minutes: 0 }],
  [134 * 60_000, { kind: 'hours', hours: 2, minutes: 10 }],
  [179 * 60_000, { kind: 'hours', hours: 3, minutes: 0 }],
])('rounds %d ms to %j', (ms, expected) => {
  expect(timeLeft(ms)).toEqual(expected);
});
