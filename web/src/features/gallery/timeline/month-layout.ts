import { justifiedRows } from '../../../shared/photos/pictures/justified-rows.ts';

/** Where every photo of a month stands, in pixels from the month's top left, under its heading. Columns of one length. */
export interface MonthLayout {
  x: Float64Array;
  y: Float64Array;
  width: Float64Array;
  height: Float64Array;
  days: DayHeading[];
  /** Rows from the top down, each with the photos in it: what is drawn is found by them. */
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
  /** The first photo, and the one behind the last. */
  from: number;
  to: number;
  day: string;
}

export interface LayoutOptions {
  /** Pixels that there are. */
  width: number;
  rowHeight: number;
  gap: number;
}

export const DAY_HEADING = 40;
/** Room for a day's name over a single narrow photo. */
const MIN_DAY_WIDTH = 132;
const DAY_GAP = 20;
/** A panorama may not be lower than this share of its row, a strip of a picture not wider than the page. */
const MIN_RATIO = 0.4;

/**
 * Lays photos out in rows of about one height that fill the width. A day begins a row of its own, but days of few photos
 * share one, each under its name.
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

  const place = (from: number, to: number, left: number, top: number, height: number) => {
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
      place(from, to, x, y + DAY_HEADING, rowHeight);
      shared.to = to;
      x += taken + DAY_GAP;
      continue;
    }
    endShared();
    layout.days.push({ day, x: 0, y, width });
    let top = y;
    y += DAY_HEADING;
    for (const row of justifiedRows(shown.slice(from, to), { width, rowHeight, gap })) {
      place(from + row.from, from + row.to, 0, y, row.height);
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

/** What a month of so many photos will about need before it is known what is in it. */
export function estimateHeight(count: number, { width, rowHeight, gap }: LayoutOptions): number {
  const rows = Math.max(1, Math.ceil((count * 1.4 * rowHeight) / Math.max(width, 1)));
  return rows * (rowHeight + gap) + Math.min(rows, 10) * DAY_HEADING;
}

/** The first band that ends below `y`; the number of bands where none does. */
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

/** The bands that touch a stretch, in pixels; none where it lies above or below them all. */
export function bandsWithin(bands: readonly Band[], top: number, bottom: number): Band[] {
  const first = bandAt(bands, top);
  const behind = bandAt(bands, bottom);
  const touches = (bands[behind]?.top ?? Infinity) <= bottom;
  return bands.slice(first, touches ? behind + 1 : behind);
}
