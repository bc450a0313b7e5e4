import { type Bench, eachRound } from './bench.ts';
import { closedLoop, type HttpRequest } from './load.ts';
import { type Measure, percentile } from './measure.ts';

/** A request to be sent again and again, by one client and by several. */
export interface Case {
  row: number;
  name: string;
  url: string;
  request: HttpRequest;
  /** Of p50 in milliseconds, by the number of clients. */
  goals?: Record<number, number>;
  /** The name of the case that stands beside it. */
  beside?: string;
  besideGoal?: number;
  clients: readonly number[];
}

const WARM_UP_SHARE = 0.5;

interface Run {
  of: Case;
  clients: number;
  p50: number[];
  perSecond: number[];
  latencies: number[];
  bytes: number;
}

/** Runs cases in turn, round after round. A measure for each case and number of clients. */
export async function measureCases(bench: Bench, cases: readonly Case[]): Promise<Measure[]> {
  const runs = cases.flatMap((each) =>
    each.clients.map((clients): Run => ({
      of: each,
      clients,
      p50: [],
      perSecond: [],
      latencies: [],
      bytes: 0,
    })),
  );
  for (const { of, clients } of runs)
    await closedLoop(of.url, of.request, clients, bench.caseMs * WARM_UP_SHARE);
  await eachRound(bench, async () => {
    for (const run of runs) {
      const load = await closedLoop(run.of.url, run.of.request, run.clients, bench.caseMs);
      run.p50.push(percentile(load.latencies, 0.5));
      run.perSecond.push(load.perSecond);
      run.latencies.push(...load.latencies);
      run.bytes = load.bytes;
    }
  });
  return runs.map((run) => measureOf(run, runs));
}

function measureOf(run: Run, runs: readonly Run[]): Measure {
  const { of, clients } = run;
  const peer = runs.find((each) => each.of.name === of.beside && each.clients === clients);
  const goal = of.goals?.[clients];
  return {
    row: of.row,
    name: `${of.name}, ${clients} client${clients === 1 ? '' : 's'}`,
    unit: 'ms',
    rounds: run.p50,
    tail: { p95: percentile(run.latencies, 0.95), p99: percentile(run.latencies, 0.99) },
    perSecond: run.perSecond.reduce((sum, each) => sum + each, 0) / run.perSecond.length,
    bytes: run.bytes,
    ...(peer ? { beside: { name: of.beside ?? '', rounds: peer.p50 } } : {}),
    ...(goal === undefined ? {} : { goal: { is: 'at most', value: goal, of: 'value' } }),
    ...(of.besideGoal === undefined ? {} : { goal: { is: 'at most', value: of.besideGoal, of: 'ratio' } }),
  };
}
