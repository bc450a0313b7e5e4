import { justifiedRows } from './justified-rows.ts';

const ROOM = { width: 400, height: 100, gap: 4, maxRows: 3 };

it('fills each row but the last, and none is higher than allowed', () => {
  const rows = justifiedRows([1.5, 1.5, 1.5, 1, 1], ROOM);
  expect(rows.map(({ start, count }) => [start, count])).toEqual([
    [0, 3],
    [3, 2],
  ]);
  expect(rows[0]?.height).toBeCloseTo((400 - 8) / 4.5);
  expect(rows[1]?.height).toBe(100);
});

it('leaves out what has no row', () => {
  const rows = justifiedRows(
    Array.from({ length: 50 }, () => 1),
    { ...ROOM, maxRows: 2 },
  );
  expect(rows.map(({ count }) => count)).toEqual([4, 4]);
});

it('gives a panorama a row of its own', () => {
  expect(justifiedRows([8, 1], ROOM)).toEqual([
    { start: 0, count: 1, height: 50 },
    { start: 1, count: 1, height: 100 },
  ]);
});

it('has no rows of no photos', () => expect(justifiedRows([], ROOM)).toEqual([]));
