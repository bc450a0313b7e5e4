/** What a measure has to reach; `of` says whether by itself or as a share of what stands beside it. */
export interface Goal {
  is: 'at least' | 'at most';
  value: number;
  of: 'value' | 'ratio';
}

export interface Measure {
  row: number;
  name: string;
  unit: 'ms' | 'photos/s' | 'MB' | '%' | 'tasks' | '/s' | 'points';
  /** One number for each round; the table has their median and their range. */
  rounds: number[];
  /** Of all requests of all rounds, in `unit`. */
  tail?: { p95: number; p99: number };
  perSecond?: number;
  /** Of one answer. */
  bytes?: number;
  /** A limit or a peer, in `unit`, measured in the same rounds. */
  beside?: { name: string; rounds: number[] };
  /** The same over a bucket, in the same rounds; one number for each. */
  bucket?: number[];
  goal?: Goal;
  note?: string;
}

/** The value below which a share of the values lies (nearest rank); NaN where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

/** Null where nothing stands beside it, or nothing that could be divided by. */
export function ratioOf({ rounds, beside }: Measure): number | null {
  const peer = beside ? median(beside.rounds) : 0;
  return peer > 0 ? median(rounds) / peer : null;
}

/** Null where there is no goal. */
export function reaches(measure: Measure): boolean | null {
  if (!measure.goal) return null;
  const { is, value, of } = measure.goal;
  const reached = of === 'ratio' ? (ratioOf(measure) ?? NaN) : median(measure.rounds);
  return is === 'at least' ? reached >= value : reached <= value;
}

export function round(value: number): string {
  if (Number.isNaN(value)) return '-';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

const HEADERS = [
  '',
  'what',
  'median',
  'min-max',
  'p95',
  'p99',
  '/s',
  'answer',
  'in a bucket',
  'beside it',
  'ratio',
  'goal',
  '',
];

/** A table in Markdown, which a terminal shows as well. */
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

function cells(measure: Measure): string[] {
  const { row, name, unit, rounds, tail, perSecond, bytes, bucket, beside, goal } = measure;
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
    bucket ? `${round(median(bucket))} (${(median(bucket) / median(rounds)).toFixed(2)})` : '',
    beside ? `${round(median(beside.rounds))} ${beside.name}` : '',
    ratio === null ? '' : ratio.toFixed(2),
    goal
      ? `${goal.is === 'at least' ? '>=' : '<='} ${goal.value}${goal.of === 'ratio' ? ' of it' : ` ${unit}`}`
      : '',
    reached === null ? '' : reached ? 'yes' : 'NO',
  ];
}
