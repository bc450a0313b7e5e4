import { type Bench, eachRound } from './bench.ts';
import { closedLoop, type HttpRequest } from './load.ts';
import { type Measure, percentile } from './measure.ts';

/** A request that is sent repeatedly, by different numbers of clients. */
export interface Case {
  row: number;
  name: string;
  url: string;
  request: HttpRequest;
  /** Goals for p50 in ms, by number of clients. */
  goals?: Record<number, number>;
  /** The name of the case to compare with. */
  baseline?: string;
  /** The goal for the ratio of p50 to that of the baseline. */
  baselineGoal?: number;
  /** The numbers of concurrent clients to measure. */
  clients: readonly number[];
}

/** Duration of the warm-up of a case, as a fraction of its measurement. */
const WARM_UP_SHARE = 0.5;

interface Run {
  testCase: Case;
  clients: number;
  p50: number[];
  perSecond: number[];
  latencies: number[];
  bytes: number;
}

/** Runs all cases in every round, one after the other. Returns one measure per case and number of clients. */
export async function measureCases(bench: Bench, cases: readonly Case[]): Promise<Measure[]> {
  const runs = cases.flatMap((each) =>
    each.clients.map((clients): Run => ({
      testCase: each,
      clients,
      p50: [],
      perSecond: [],
      latencies: [],
      bytes: 0,
    })),
  );
  for (const { testCase, clients } of runs)
    await closedLoop(testCase.url, testCase.request, clients, bench.caseMs * WARM_UP_SHARE);
  await eachRound(bench, async () => {
    for (const run of runs) {
      const load = await closedLoop(run.testCase.url, run.testCase.request, run.clients, bench.caseMs);
      run.p50.push(percentile(load.latencies, 0.5));
      run.perSecond.push(load.perSecond);
      run.latencies.push(...load.latencies);
      run.bytes = load.bytes;
    }
  });
  return runs.map((run) => measureOf(run, runs));
}

function measureOf(run: Run, runs: readonly Run[]): Measure {
  const { testCase, clients } = run;
  const { row, name, goals, baseline, baselineGoal } = testCase;
  const peer = runs.find((each) => each.testCase.name === baseline && each.clients === clients);
  const goal = goals?.[clients];
  return {
    row,
    name: `${name}, ${clients} client${clients === 1 ? '' : 's'}`,
    unit: 'ms',
    rounds: run.p50,
    tail: { p95: percentile(run.latencies, 0.95), p99: percentile(run.latencies, 0.99) },
    perSecond: run.perSecond.reduce((sum, each) => sum + each, 0) / run.perSecond.length,
    bytes: run.bytes,
    ...(peer ? { baseline: { name: baseline ?? '', rounds: peer.p50 } } : {}),
    ...(goal === undefined ? {} : { goal: { is: 'at most', value: goal, of: 'value' } }),
    ...(baselineGoal === undefined ? {} : { goal: { is: 'at most', value: baselineGoal, of: 'ratio' } }),
  };
}
