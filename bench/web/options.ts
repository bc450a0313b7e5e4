import { parseArgs } from 'node:util';

export interface WebOptions {
  rounds: number;
  /** Photos of the library. */
  photos: number;
  /** Photos of the one beside it. */
  few: number;
  /** Whether the pages are run with V8's profiler. */
  profile: boolean;
  /** Whether Lighthouse looks at the gallery, and nothing else is measured. */
  lighthouse: boolean;
}

export const USAGE = 'npm run bench:web -- [--rounds 5] [--photos 100000] [--profile] [--lighthouse]';
const FEW = 100;

/** @throws TypeError where an argument is not one of USAGE. */
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
    throw new TypeError(`--${name} takes a whole number from 1 on.`);
  return number;
}
