import type { Options } from './options.ts';

/** The input of every row. */
export interface Bench extends Options {
  /** Paths of the generated photos. */
  photoPaths: readonly string[];
  log: (line: string) => void;
}

/** Runs a function once per round. */
export async function eachRound(bench: Bench, run: (round: number) => Promise<void>): Promise<void> {
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.log(`round ${round} of ${bench.rounds}`);
    await run(round);
  }
}
