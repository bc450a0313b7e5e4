import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** How much of everything a run does. */
export interface Scale {
  quick: boolean;
  /** Every case is measured once in each round, one case after the other, so that a slow minute falls on all of them. */
  rounds: number;
  /** Different 12-megapixel JPEGs. */
  photos: number;
  /** Photos of one person in the usual library, and in the big one. */
  library: number;
  bigLibrary: number;
  /** People who share a file of `bigLibrary` photos. */
  people: number;
  /** How long one list is asked for in one round, by each number of clients. */
  caseMs: number;
}

export interface Options extends Scale {
  /** The numbers of the rows to run. */
  rows: ReadonlySet<number>;
  /** Child processes that decode, of the service and of the bare sharp beside it. */
  imageWorkers: number;
  /** A 12-megapixel HEIC file: nothing here can write HEVC. */
  heic: string | null;
  /** Whether the service is run with Node's CPU profiler. */
  profile: boolean;
}

const FULL: Scale = {
  quick: false,
  rounds: 5,
  photos: 60,
  library: 100_000,
  bigLibrary: 1_000_000,
  people: 1_000,
  caseMs: 2_000,
};
const QUICK: Scale = {
  quick: true,
  rounds: 2,
  photos: 16,
  library: 100_000,
  bigLibrary: 200_000,
  people: 200,
  caseMs: 600,
};

export const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

export const USAGE = `npm run bench -- [--quick] [--only 5,7] [--heic photo.heic] [--profile]`;

/** @throws TypeError where an argument is not one of USAGE. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: ROWS.join(',') },
      heic: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  const rows = new Set(values.only.split(',').map(Number));
  for (const row of rows)
    if (!ROWS.some((known) => known === row)) throw new TypeError(`--only takes row numbers from 1 to 12.`);
  return {
    ...(values.quick ? QUICK : FULL),
    rows,
    imageWorkers: availableParallelism(),
    heic: values.heic ?? null,
    profile: values.profile,
  };
}
