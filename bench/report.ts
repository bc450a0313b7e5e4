import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { type Measure, median, ratioOf, reaches } from './measure.ts';

/** Describes the machine and the versions on which the results depend. */
export function machine(): Record<string, string | number> {
  const [first] = cpus();
  return {
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
    node: process.version,
    processor: `${cpus().length} x ${first?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 1e9),
  };
}

/** Returns the load averages of the last 1, 5 and 15 minutes. */
export function load(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
}

/** Writes measures with their medians to a JSON file, together with the fields of `about`. */
export function writeResults(path: string, about: object, measures: readonly Measure[]): void {
  const rows = measures.map((each) => ({
    ...each,
    median: median(each.rounds),
    ratio: ratioOf(each),
    reached: reaches(each),
  }));
  writeFileSync(path, `${JSON.stringify({ ...about, measures: rows }, null, 2)}\n`);
}

/**
 * Runs the main function of a program. Prints an error that it throws; for a TypeError, an invalid argument, also
 * the usage.
 */
export async function runMain(main: () => Promise<void>, usage: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    await main();
  } catch (error) {
    process.stderr.write(
      `${error instanceof TypeError ? `${error.message}\n${usage}` : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
