import { daysLeft } from './days-left.ts';

it.each([
  ['2024-05-01T00:00:00Z', '2024-05-01T00:00:01Z', 30],
  ['2024-05-01T00:00:00Z', '2024-05-02T00:00:00Z', 29],
  ['2024-05-01T00:00:00Z', '2024-05-30T23:59:00Z', 1],
  ['2024-05-01T00:00:00Z', '2024-05-31T00:00:00Z', 0],
  ['2024-05-01T00:00:00Z', '2024-07-01T00:00:00Z', 0],
])('a photo trashed at %s has, at %s, %i of 30 days left', (trashedAt, now, days) => {
  expect(daysLeft(trashedAt, 30, Date.parse(now))).toBe(days);
});
