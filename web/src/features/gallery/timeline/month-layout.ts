import { justifiedRows } from '../../../shared/photos/pictures/justified-rows.ts';

/**
 * The position of each photo of a month, in pixels from the top left corner below the heading of the month. The
 * arrays have the same length.
 */
export interface MonthLayout {
  x: Float64Array;
  y: Float64Array;
  width: Float64Array;
  height: Float64Array;
  days: DayHeading[];
  /** Rows from top to bottom with their photos, to find what to render. */
  bands: Band[];
  totalHeight: number;
}

export interface DayHeading {
  /** YYYY-MM-DD */
  day: string;
  x: number;
  y: number;
  width: number;
}

export interface Band {
  top: number;
  bottom: number;
  /** Index of the first photo, and the index after the last. */
  from: number;
  to: number;
  day: string;
}

export interface LayoutOptions {
  /** Available width in pixels. */
  width: number;
  rowHeight: number;
  gap: number;
}

export const DAY_HEADING = 40;
/** Space for the name of a day above a single narrow photo. */
const MIN_DAY_WIDTH = 132;
const DAY_GAP = 20;
/** Tall images are cropped to this ratio of width to height. Panoramas are cropped to the width of the page. */
const MIN_RATIO = 0.4;

/**
 * Lays out photos in rows of about the same height that fill the width. Each day starts a new row; days with few
 * photos share a row, each below its name.
 * @param ratios width / height of each photo
 * @param takenAtLocal newest first
 */
export function layoutMonth(
  ratios: readonly number[],
  takenAtLocal: readonly string[],
  { width, rowHeight, gap }: LayoutOptions,
): MonthLayout {
  const count = ratios.length;
  const layout: MonthLayout = {
    x: new Float64Array(count),
    y: new Float64Array(count),
    width: new Float64Array(count),
    height: new Float64Array(count),
    days: [],
    bands: [],
    totalHeight: 0,
  };
  const shown = ratios.map((ratio) => Math.min(Math.max(ratio, MIN_RATIO), width / rowHeight));
  let y = 0;
  let x = 0;
  let shared: Band | null = null;

  const setPositions = (from: number, to: number, left: number, top: number, height: number) => {
    let at = left;
    for (let index = from; index < to; index++) {
      const wide = (shown[index] ?? 1) * height;
      layout.x[index] = at;
      layout.y[index] = top;
      layout.width[index] = wide;
      layout.height[index] = height;
      at += wide + gap;
    }
  };
  const endShared = () => {
    if (!shared) return;
    y = shared.bottom + gap;
    x = 0;
    shared = null;
  };

  for (const { day, from, to } of daysOf(takenAtLocal)) {
    const natural = widthOf(shown, from, to, rowHeight, gap);
    if (natural <= width * 0.9) {
      const taken = Math.max(natural, MIN_DAY_WIDTH);
      if (shared && x + taken > width) endShared();
      if (!shared) {
        shared = { top: y, bottom: y + DAY_HEADING + rowHeight, from, to, day };
        layout.bands.push(shared);
      }
      layout.days.push({ day, x, y, width: taken });
      setPositions(from, to, x, y + DAY_HEADING, rowHeight);
      shared.to = to;
      x += taken + DAY_GAP;
      continue;
    }
    endShared();
    layout.days.push({ day, x: 0, y, width });
    let top = y;
    y += DAY_HEADING;
    for (const row of justifiedRows(shown.slice(from, to), { width, rowHeight, gap })) {
      setPositions(from + row.from, from + row.to, 0, y, row.height);
      layout.bands.push({ top, bottom: y + row.height, from: from + row.from, to: from + row.to, day });
      y += row.height + gap;
      top = y;
    }
  }
  endShared();
  layout.totalHeight = y;
  return layout;
}

function daysOf(takenAtLocal: readonly string[]): { day: string; from: number; to: number }[] {
  const days: { day: string; from: number; to: number }[] = [];
  for (const [index, local] of takenAtLocal.entries()) {
    const day = local.slice(0, 10);
    const last = days.at(-1);
    if (last?.day === day) last.to = index + 1;
    else days.push({ day, from: index, to: index + 1 });
  }
  return days;
}

function widthOf(ratios: readonly number[], from: number, to: number, height: number, gap: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += ratios[index] ?? 1;
  return gap * (to - from - 1) + sum * height;
}

/** Estimates the height of a month from the number of its photos, before their ratios are known. */
export function estimateHeight(count: number, { width, rowHeight, gap }: LayoutOptions): number {
  const rows = Math.max(1, Math.ceil((count * 1.4 * rowHeight) / Math.max(width, 1)));
  return rows * (rowHeight + gap) + Math.min(rows, 10) * DAY_HEADING;
}

/** Returns the index of the first band that ends below `y`, or the number of bands if there is none. */
export function bandAt(bands: readonly Band[], y: number): number {
  let low = 0;
  let high = bands.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bands[middle]?.bottom ?? 0) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the bands that overlap a vertical range, in pixels. */
export function bandsWithin(bands: readonly Band[], top: number, bottom: number): Band[] {
  const first = bandAt(bands, top);
  const last = bandAt(bands, bottom);
  const overlaps = (bands[last]?.top ?? Infinity) <= bottom;
  return bands.slice(first, overlaps ? last + 1 : last);
}
