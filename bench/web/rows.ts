import { type Measure, percentile } from '../measure.ts';
import type { LongTask } from './probe.ts';
import type { Visit } from './visit.ts';

/** As fast as a hundred photos, but for the noise of a run. */
const AS_FEW = 1.25;

interface Row {
  row: number;
  name: string;
  unit: Measure['unit'];
  of: (visit: Visit) => number;
  /** Of all rounds. */
  all?: (visit: Visit) => readonly number[];
  goal?: Measure['goal'];
}

const asFew = { is: 'at most', value: AS_FEW, of: 'ratio' } as const;
const none = { is: 'at most', value: 0, of: 'value' } as const;

const ROWS: readonly Row[] = [
  { row: 1, name: 'first visit, first tile', unit: 'ms', of: ({ cold }) => cold.firstTile },
  {
    row: 1,
    name: 'first visit, first thumbnail painted',
    unit: 'ms',
    of: ({ cold }) => cold.firstPainted,
    goal: asFew,
  },
  {
    row: 1,
    name: 'first visit, all in the viewport painted',
    unit: 'ms',
    of: ({ cold }) => cold.allPainted,
    goal: asFew,
  },
  { row: 1, name: 'first visit, worst long task', unit: 'ms', of: ({ cold }) => worst(cold.longTasks) },
  {
    row: 2,
    name: 'next visit, first thumbnail painted',
    unit: 'ms',
    of: ({ warm }) => warm.firstPainted,
    goal: asFew,
  },
  {
    row: 2,
    name: 'next visit, all in the viewport painted',
    unit: 'ms',
    of: ({ warm }) => warm.allPainted,
    goal: asFew,
  },
  ...scrolling(3, 'wheel', ({ wheel }) => wheel),
  ...scrolling(4, 'scrubber', ({ scrubber }) => scrubber),
  { row: 4, name: 'scrubber, let go until all is painted', unit: 'ms', of: ({ settled }) => settled },
  { row: 5, name: "page's heap at the start", unit: 'MB', of: ({ before }) => before.heap / 1e6 },
  {
    row: 5,
    name: "page's heap, growth",
    unit: 'MB',
    of: ({ before, after }) => (after.heap - before.heap) / 1e6,
  },
  { row: 5, name: "renderer's PSS at the start", unit: 'MB', of: ({ before }) => before.pss / 1e6 },
  {
    row: 5,
    name: "renderer's PSS, growth",
    unit: 'MB',
    of: ({ before, after }) => (after.pss - before.pss) / 1e6,
  },
];

function scrolling(row: number, name: string, of: (visit: Visit) => Visit['wheel']): Row[] {
  const share = (count: (watched: Visit['wheel']) => number) => (visit: Visit) => 100 * count(of(visit));
  return [
    { row, name: `${name}, long tasks`, unit: 'tasks', of: (visit) => of(visit).longTasks.length },
    {
      row,
      name: `${name}, worst long task`,
      unit: 'ms',
      of: (visit) => worst(of(visit).longTasks),
      all: (visit) => of(visit).longTasks.map(({ ms }) => ms),
    },
    { row, name: `${name}, CPU of the main thread`, unit: 'ms', of: (visit) => of(visit).cpuMs },
    {
      row,
      name: `${name}, frames a second`,
      unit: '/s',
      of: (visit) => (of(visit).frames / of(visit).ms) * 1000,
    },
    {
      row,
      name: `${name}, frames with a blank tile`,
      unit: '%',
      of: share((each) => each.framesWithBlankTile / each.frames),
      goal: none,
    },
    {
      row,
      name: `${name}, height where tiles are missing`,
      unit: '%',
      of: share((each) => each.heightWithoutTiles),
    },
    {
      row,
      name: `${name}, in view until its picture is painted`,
      unit: 'ms',
      of: (visit) => percentile(of(visit).waits, 0.5),
      all: (visit) => of(visit).waits,
    },
    {
      row,
      name: `${name}, tiles that left without their picture`,
      unit: '%',
      of: share((each) => each.leftBefore / each.tiles),
    },
  ];
}

function worst(tasks: readonly LongTask[]): number {
  return Math.max(0, ...tasks.map(({ ms }) => ms));
}

/** The measures of one library's visits beside those of a hundred photos, one of each in each round. */
export function measuresOf(visits: readonly Visit[], few: readonly Visit[], besideName: string): Measure[] {
  return ROWS.map(({ row, name, unit, of, all, goal }) => {
    const values = all && visits.flatMap((visit) => [...all(visit)]);
    return {
      row,
      name,
      unit,
      rounds: visits.map(of),
      ...(values && values.length > 0
        ? { tail: { p95: percentile(values, 0.95), p99: percentile(values, 0.99) } }
        : {}),
      beside: { name: besideName, rounds: few.map(of) },
      ...(goal ? { goal } : {}),
    };
  });
}
