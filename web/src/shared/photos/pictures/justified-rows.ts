export interface JustifiedRow {
  /** Of the first photo in it. */
  start: number;
  count: number;
  /** Pixels. */
  height: number;
}

/**
 * Puts photos into rows that are all as wide as there is room; the last is left open where its photos do not fill it.
 * @param ratios width / height of each
 * @param width of the rows, pixels
 * @param height that no row exceeds, pixels
 */
export function justifiedRows(
  ratios: readonly number[],
  { width, height, gap, maxRows }: { width: number; height: number; gap: number; maxRows: number },
): JustifiedRow[] {
  const rows: JustifiedRow[] = [];
  let start = 0;
  let sum = 0;
  for (const [at, ratio] of ratios.entries()) {
    if (rows.length === maxRows) return rows;
    sum += ratio;
    const count = at - start + 1;
    const room = width - (count - 1) * gap;
    if (sum * height < room) continue;
    rows.push({ start, count, height: room / sum });
    start = at + 1;
    sum = 0;
  }
  if (start < ratios.length && rows.length < maxRows)
    rows.push({ start, count: ratios.length - start, height });
  return rows;
}
