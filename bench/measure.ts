/** The goal of a measure: for its value, or for the ratio of its value to the baseline. */
export interface Goal {
  is: 'at least' | 'at most';
  value: number;
  of: 'value' | 'ratio';
}

export interface Measure {
  row: number;
  name: string;
  unit: 'ms' | 'photos/s' | 'MB' | '%' | 'tasks' | '/s' | 'points';
  /** One value per round. The table shows their median and range. */
  rounds: number[];
  /** Percentiles of all requests of all rounds, in `unit`. */
  tail?: { p95: number; p99: number };
  perSecond?: number;
  /** Size of one response. */
  bytes?: number;
  /** A value to compare with, in `unit`, measured in the same rounds. */
  baseline?: { name: string; rounds: number[] };
  /** The same measure with a bucket as the store; one value per round. */
  bucket?: number[];
  /** The same measure with PostgreSQL as the database; one value per round. */
  postgres?: number[];
  goal?: Goal;
  note?: string;
}

/** Returns a percentile (nearest rank), given as a share between 0 and 1; NaN if there are no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

/** Returns the ratio of the median to that of the baseline; null if there is no baseline or it is zero. */
export function ratioOf({ rounds, baseline }: Measure): number | null {
  const divisor = baseline ? median(baseline.rounds) : 0;
  return divisor > 0 ? median(rounds) / divisor : null;
}

/** Returns whether a measure reaches its goal; null if it has none. */
export function reaches(measure: Measure): boolean | null {
  if (!measure.goal) return null;
  const { is, value, of } = measure.goal;
  const reached = of === 'ratio' ? (ratioOf(measure) ?? NaN) : median(measure.rounds);
  return is === 'at least' ? reached >= value : reached <= value;
}

/** Formats a value with about three significant digits. */
export function round(value: number): string {
  if (Number.isNaN(value)) return '-';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

const HEADERS = [
  '',
  'measure',
  'median',
  'min-max',
  'p95',
  'p99',
  '/s',
  'response',
  'with a bucket',
  'with PostgreSQL',
  'baseline',
  'ratio',
  'goal',
  '',
];

/** Formats measures as a Markdown table with aligned columns. */
export function table(measures: readonly Measure[]): string {
  const rows = [HEADERS, ...measures.toSorted((a, b) => a.row - b.row).map(cells)];
  const widths = HEADERS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length), 1));
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join(
    '\n',
  );
}

/** Formats the median of `other`, and its ratio to the median of `rounds`; empty if there is no `other`. */
function compared(other: readonly number[] | undefined, rounds: readonly number[]): string {
  return other ? `${round(median(other))} (${(median(other) / median(rounds)).toFixed(2)})` : '';
}

function cells(measure: Measure): string[] {
  const { row, name, unit, rounds, tail, perSecond, bytes, bucket, postgres, baseline, goal } = measure;
  const ratio = ratioOf(measure);
  const reached = reaches(measure);
  return [
    String(row),
    name,
    `${round(median(rounds))} ${unit}`,
    `${round(Math.min(...rounds))}-${round(Math.max(...rounds))}`,
    tail ? round(tail.p95) : '',
    tail ? round(tail.p99) : '',
    perSecond === undefined ? '' : round(perSecond),
    bytes === undefined ? '' : `${Math.ceil(bytes / 1000)} kB`,
    compared(bucket, rounds),
    compared(postgres, rounds),
    baseline ? `${round(median(baseline.rounds))} ${baseline.name}` : '',
    ratio === null ? '' : ratio.toFixed(2),
    goal
      ? `${goal.is === 'at least' ? '>=' : '<='} ${goal.value}${goal.of === 'ratio' ? ' (ratio)' : ` ${unit}`}`
      : '',
    reached === null ? '' : reached ? 'yes' : 'NO',
  ];
}
