import { justAfter, takenSpan } from './taken-span.ts';

const MAY = { ids: ['a', 'b'], takenAtLocal: ['2024-05-31T23:59:59', '2024-05-01T09:30:00'] };
const APRIL = { ids: ['c', 'b'], takenAtLocal: ['2024-04-02T08:00:00.250', '2024-05-01T09:30:00'] };

it('is the shortest range that contains the photos', () => {
  expect(takenSpan(['b'], [MAY, APRIL])).toEqual({ from: '2024-05-01T09:30:00', to: '2024-05-01T09:30:01' });
  expect(takenSpan(['a', 'c', 'b'], [MAY, APRIL])).toEqual({
    from: '2024-04-02T08:00:00.250',
    to: '2024-06-01T00:00:00',
  });
});

it('is null if a photo is unknown', () => {
  expect(takenSpan(['a', 'z'], [MAY, APRIL])).toBeNull();
  expect(takenSpan([], [MAY])).toBeNull();
});

it('ends one second after the last photo', () =>
  expect(justAfter('2023-12-31T23:59:59.999')).toBe('2024-01-01T00:00:00'));
