import { bandAt, bandsWithin, estimateHeight, layoutMonth } from './month-layout.ts';

const OPTIONS = { width: 1000, rowHeight: 200, gap: 4 };
const sameDay = (count: number) => Array.from({ length: count }, () => '2024-05-01T09:30:00');

describe('the layout of a month', () => {
  it('fills every row except the last to the pixel, without overlaps', () => {
    const ratios = Array.from({ length: 57 }, (_, index) => [1.5, 0.6667, 1, 1.7778, 0.75][index % 5] ?? 1);
    const layout = layoutMonth(ratios, sameDay(57), OPTIONS);
    for (const band of layout.bands.slice(0, -1)) {
      const last = band.to - 1;
      expect((layout.x[last] ?? 0) + (layout.width[last] ?? 0)).toBeCloseTo(1000, 6);
      for (let index = band.from + 1; index < band.to; index++)
        expect(
          (layout.x[index] ?? 0) - (layout.x[index - 1] ?? 0) - (layout.width[index - 1] ?? 0),
        ).toBeCloseTo(4, 6);
    }
    for (const [index, ratio] of ratios.entries())
      expect((layout.width[index] ?? 0) / (layout.height[index] ?? 1)).toBeCloseTo(ratio, 6);
    for (let index = 1; index < layout.bands.length; index++)
      expect(layout.bands[index]?.top).toBeCloseTo((layout.bands[index - 1]?.bottom ?? 0) + 4, 6);
    expect(layout.bands.map(({ from, to }) => to - from).reduce((sum, photos) => sum + photos)).toBe(57);
  });

  it('places days with few photos side by side, and starts a row for a day with many', () => {
    const local = [
      '2024-05-04T10:00:00',
      '2024-05-03T10:00:00',
      ...Array.from({ length: 9 }, () => '2024-05-02T10:00:00'),
    ];
    const { days, y } = layoutMonth(
      Array.from({ length: 11 }, () => 1.5),
      local,
      OPTIONS,
    );
    expect(days.map(({ day }) => day)).toEqual(['2024-05-04', '2024-05-03', '2024-05-02']);
    expect(days[0]?.y).toBe(days[1]?.y);
    expect(days[1]?.x).toBeGreaterThanOrEqual(300);
    expect(days[2]?.x).toBe(0);
    expect(y[2]).toBeGreaterThan((y[1] ?? 0) + 200);
  });

  it('leaves no single photo beside an empty half on a phone', () => {
    const phone = { width: 358, rowHeight: 144, gap: 4 };
    const ends = ({ x, width, bands }: ReturnType<typeof layoutMonth>) =>
      bands.map(({ to }) => (x[to - 1] ?? 0) + (width[to - 1] ?? 0));
    const wide = layoutMonth([1.5, 1.5, 1.5], sameDay(3), phone);
    expect(wide.bands).toHaveLength(2);
    for (const end of ends(wide)) expect(end).toBeCloseTo(358, 6);
    const narrow = layoutMonth([1.5, 1.5, 0.6667], sameDay(3), phone);
    expect(narrow.bands).toHaveLength(1);
    expect(ends(narrow)[0]).toBeCloseTo(358, 6);
  });

  it('keeps panoramas and very tall images within the page', () => {
    const { x, width, height } = layoutMonth([40, 0.01, 1], sameDay(3), { ...OPTIONS, width: 360 });
    for (const index of [0, 1, 2]) {
      expect((x[index] ?? 0) + (width[index] ?? 0)).toBeLessThanOrEqual(360.001);
      expect(height[index]).toBeGreaterThan(0);
    }
  });

  it('has no height without photos, and finds bands by position', () => {
    expect(layoutMonth([], [], OPTIONS)).toMatchObject({ totalHeight: 0, bands: [], days: [] });
    const { bands } = layoutMonth(
      Array.from({ length: 40 }, () => 1),
      sameDay(40),
      OPTIONS,
    );
    expect(bandAt(bands, 0)).toBe(0);
    expect(bandAt(bands, (bands[1]?.bottom ?? 0) + 1)).toBe(2);
    expect(bandAt(bands, 1e9)).toBe(bands.length);
    expect(estimateHeight(1, OPTIONS)).toBeGreaterThan(200);
  });

  it('has no bands within a range outside of the month, and only the nearby ones within other ranges', () => {
    const { bands, totalHeight } = layoutMonth(
      Array.from({ length: 10_000 }, () => 1),
      sameDay(10_000),
      OPTIONS,
    );
    expect(bandsWithin(bands, totalHeight + 500, totalHeight + 2000)).toEqual([]);
    expect(bandsWithin(bands, -2000, -500)).toEqual([]);
    const near = bandsWithin(bands, 5_000, 6_000);
    expect(near.length).toBeLessThan(8);
    expect(near[0]?.top).toBeLessThanOrEqual(5_000);
    expect(near.at(-1)?.bottom).toBeGreaterThanOrEqual(6_000);
  });
});
