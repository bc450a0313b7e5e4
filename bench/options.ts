import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** The amount of work in a run. */
export interface Scale {
  quick: boolean;
  /** Every round measures every case once, so that a temporary slowdown of the machine affects all of them. */
  rounds: number;
  /** Number of different 12-megapixel JPEGs. */
  photos: number;
  /** Number of photos in the library of normal size. */
  library: number;
  /** Number of photos in the big library. */
  bigLibrary: number;
  /** Number of users who share a database of `bigLibrary` photos. */
  users: number;
  /** How long one case is measured per round and number of clients, in ms. */
  caseMs: number;
}

export interface Options extends Scale {
  /** The numbers of the rows to run. */
  rows: ReadonlySet<number>;
  /** Number of child processes that decode, both in the service and in the sharp baseline. */
  imageWorkers: number;
  /** Path of a 12-megapixel HEIC file, which the benchmark cannot generate because it has no HEVC encoder. */
  heic: string | null;
  /** Whether the service runs with Node's CPU profiler. */
  profile: boolean;
}

const FULL: Scale = {
  quick: false,
  rounds: 5,
  photos: 60,
  library: 100_000,
  bigLibrary: 1_000_000,
  users: 1_000,
  caseMs: 2_000,
};
const QUICK: Scale = {
  quick: true,
  rounds: 2,
  photos: 16,
  library: 100_000,
  bigLibrary: 200_000,
  users: 200,
  caseMs: 600,
};

export const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

export const USAGE = `npm run bench -- [--quick] [--only 5,7] [--heic photo.heic] [--profile]`;

/** @throws TypeError if an argument is invalid */
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
    if (!ROWS.some((known) => known === row))
      throw new TypeError('--only requires row numbers from 1 to 12.');
  return {
    ...(values.quick ? QUICK : FULL),
    rows,
    imageWorkers: availableParallelism(),
    heic: values.heic ?? null,
    profile: values.profile,
  };
}
