import { justifiedRows } from './justified-rows.ts';

const ROOM = { width: 400, rowHeight: 100, gap: 4 };
const ends = (rows: ReturnType<typeof justifiedRows>) => rows.map(({ to }) => to);

it('fills each row with the number of photos that brings its height nearest to the target', () => {
  // Three photos would be 87 pixels high, two are 132: 87 is nearer.
  const rows = justifiedRows([1.5, 1.5, 1.5, 1.2, 1.2, 1.2], ROOM);
  expect(ends(rows)).toEqual([3, 6]);
  expect(rows[0]?.height).toBeCloseTo((400 - 8) / 4.5);
  // Four squares are 97 pixels high, with a panorama they would be 43.
  expect(ends(justifiedRows([1, 1, 1, 0.9, 5], ROOM))).toEqual([4, 5]);
});

it('lets the last row fill the width if that does not make it too high', () => {
  const [, last] = justifiedRows([1, 1, 1, 1, 1.5, 1], ROOM);
  expect(last?.height).toBeCloseTo((400 - 4) / 2.5);
});

it('joins a single last photo with the row before if neither becomes too low', () => {
  expect(ends(justifiedRows([1.5, 1.5, 0.6667], { ...ROOM, width: 358, rowHeight: 144 }))).toEqual([3]);
});

it('leaves out the photos that need more rows', () => {
  const squares = Array.from({ length: 50 }, () => 1);
  expect(ends(justifiedRows(squares, { ...ROOM, maxRows: 2 }))).toEqual([4, 8]);
});

it('gives a panorama its own row, and leaves the last row short if it can neither fill the width nor join the row before', () => {
  expect(justifiedRows([8, 1], ROOM)).toEqual([
    { from: 0, to: 1, height: 50 },
    { from: 1, to: 2, height: 100 },
  ]);
});

it('returns no rows without photos', () => expect(justifiedRows([], ROOM)).toEqual([]));
