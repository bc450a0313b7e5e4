import { parseArgs } from 'node:util';

export interface WebOptions {
  rounds: number;
  /** Number of photos in the library. */
  photos: number;
  /** Number of photos in the small library to compare with. */
  few: number;
  /** Whether the pages run with V8's profiler. */
  profile: boolean;
  /** If true, only runs Lighthouse on the gallery. */
  lighthouse: boolean;
}

export const USAGE = 'npm run bench:web -- [--rounds 5] [--photos 100000] [--profile] [--lighthouse]';
const FEW = 100;

/** @throws TypeError if an argument is invalid */
export function readOptions(args: string[]): WebOptions {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      photos: { type: 'string', default: '100000' },
      profile: { type: 'boolean', default: false },
      lighthouse: { type: 'boolean', default: false },
    },
  });
  return {
    rounds: positive('rounds', values.rounds),
    photos: positive('photos', values.photos),
    few: FEW,
    profile: values.profile,
    lighthouse: values.lighthouse,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new TypeError(`--${name} must be a positive integer.`);
  return number;
}
