import { offsetMinutes, offsetText, withOffset } from './taken-at.ts';

it.each([
  ['2024-05-01T00:30:00.000Z', '2024-05-01T09:30:00', 540, '+09:00'],
  ['2024-05-01T13:00:00.000Z', '2024-05-01T09:30:00', -210, '-03:30'],
  ['2024-05-01T09:30:00.000Z', '2024-05-01T09:30:00', 0, '+00:00'],
  ['2024-12-31T20:00:00.250Z', '2025-01-01T01:30:00.250', 330, '+05:30'],
])('between %s and the local time %s, the offset is %i minutes or %s', (takenAt, local, minutes, text) => {
  expect(offsetMinutes(takenAt, local)).toBe(minutes);
  expect(offsetText(minutes)).toBe(text);
  expect(new Date(withOffset(local, minutes)).toISOString()).toBe(new Date(takenAt).toISOString());
});

it('adds the seconds if they are missing', () => {
  expect(withOffset('2024-05-01T09:30', -210)).toBe('2024-05-01T09:30:00-03:30');
});
