import type { Options } from './options.ts';

/** What every row is given. */
export interface Bench extends Options {
  /** Paths of the photos, made before the first row. */
  photoPaths: readonly string[];
  log: (line: string) => void;
}

export async function eachRound(bench: Bench, act: (round: number) => Promise<void>): Promise<void> {
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.log(`round ${round} of ${bench.rounds}`);
    await act(round);
  }
}
