import { type Measure, percentile } from '../measure.ts';
import type { LongTask } from './probe.ts';
import type { Visit } from './visit.ts';

/** Maximum ratio to the time with a hundred photos. The excess over 1 allows for noise. */
const MAX_RATIO = 1.25;

interface Row {
  row: number;
  name: string;
  unit: Measure['unit'];
  value: (visit: Visit) => number;
  /** Samples for the percentiles over all rounds. */
  samples?: (visit: Visit) => readonly number[];
  goal?: Measure['goal'];
}

const sameAsFew = { is: 'at most', value: MAX_RATIO, of: 'ratio' } as const;
const none = { is: 'at most', value: 0, of: 'value' } as const;

const ROWS: readonly Row[] = [
  { row: 1, name: 'first visit, first tile', unit: 'ms', value: ({ cold }) => cold.firstTile },
  {
    row: 1,
    name: 'first visit, first thumbnail painted',
    unit: 'ms',
    value: ({ cold }) => cold.firstPainted,
    goal: sameAsFew,
  },
  {
    row: 1,
    name: 'first visit, all thumbnails in the viewport painted',
    unit: 'ms',
    value: ({ cold }) => cold.allPainted,
    goal: sameAsFew,
  },
  { row: 1, name: 'first visit, worst long task', unit: 'ms', value: ({ cold }) => worst(cold.longTasks) },
  {
    row: 2,
    name: 'next visit, first thumbnail painted',
    unit: 'ms',
    value: ({ warm }) => warm.firstPainted,
    goal: sameAsFew,
  },
  {
    row: 2,
    name: 'next visit, all thumbnails in the viewport painted',
    unit: 'ms',
    value: ({ warm }) => warm.allPainted,
    goal: sameAsFew,
  },
  ...scrolling(3, 'wheel', ({ wheel }) => wheel),
  ...scrolling(4, 'scrubber', ({ scrubber }) => scrubber),
  {
    row: 4,
    name: 'scrubber, from release until all thumbnails are painted',
    unit: 'ms',
    value: ({ settled }) => settled,
  },
  {
    row: 5,
    name: "page's heap at the start",
    unit: 'MB',
    value: ({ memoryBefore }) => memoryBefore.heap / 1e6,
  },
  {
    row: 5,
    name: "page's heap, growth",
    unit: 'MB',
    value: ({ memoryBefore, memoryAfter }) => (memoryAfter.heap - memoryBefore.heap) / 1e6,
  },
  {
    row: 5,
    name: "renderer's PSS at the start",
    unit: 'MB',
    value: ({ memoryBefore }) => memoryBefore.pss / 1e6,
  },
  {
    row: 5,
    name: "renderer's PSS, growth",
    unit: 'MB',
    value: ({ memoryBefore, memoryAfter }) => (memoryAfter.pss - memoryBefore.pss) / 1e6,
  },
];

function scrolling(row: number, name: string, of: (visit: Visit) => Visit['wheel']): Row[] {
  const share = (count: (watched: Visit['wheel']) => number) => (visit: Visit) => 100 * count(of(visit));
  return [
    { row, name: `${name}, long tasks`, unit: 'tasks', value: (visit) => of(visit).longTasks.length },
    {
      row,
      name: `${name}, worst long task`,
      unit: 'ms',
      value: (visit) => worst(of(visit).longTasks),
      samples: (visit) => of(visit).longTasks.map(({ ms }) => ms),
    },
    { row, name: `${name}, CPU of the main thread`, unit: 'ms', value: (visit) => of(visit).cpuMs },
    {
      row,
      name: `${name}, frames per second`,
      unit: '/s',
      value: (visit) => (of(visit).frames / of(visit).ms) * 1000,
    },
    {
      row,
      name: `${name}, frames with a blank tile`,
      unit: '%',
      value: share((each) => each.framesWithBlankTile / each.frames),
      goal: none,
    },
    {
      row,
      name: `${name}, height without tiles`,
      unit: '%',
      value: share((each) => each.heightWithoutTiles),
    },
    {
      row,
      name: `${name}, from entering the viewport until painted`,
      unit: 'ms',
      value: (visit) => percentile(of(visit).waits, 0.5),
      samples: (visit) => of(visit).waits,
    },
    {
      row,
      name: `${name}, tiles that left the viewport unpainted`,
      unit: '%',
      value: share((each) => each.leftUnpainted / each.tiles),
    },
  ];
}

function worst(tasks: readonly LongTask[]): number {
  return Math.max(0, ...tasks.map(({ ms }) => ms));
}

/**
 * Returns the measures of the visits to one library.
 * @param visits one visit per round
 * @param few one visit per round to a small library, as the baseline
 */
export function measuresOf(visits: readonly Visit[], few: readonly Visit[], baselineName: string): Measure[] {
  return ROWS.map(({ row, name, unit, value, samples, goal }) => {
    const values = samples && visits.flatMap((visit) => [...samples(visit)]);
    return {
      row,
      name,
      unit,
      rounds: visits.map(value),
      ...(values && values.length > 0
        ? { tail: { p95: percentile(values, 0.95), p99: percentile(values, 0.99) } }
        : {}),
      baseline: { name: baselineName, rounds: few.map(value) },
      ...(goal ? { goal } : {}),
    };
  });
}
