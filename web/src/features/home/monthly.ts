import { filteredGalleryAddress } from '../../shared/addresses.ts';

export interface Month {
  /** "2024-05" */
  month: string;
  photos: number;
  bytes: number;
}

/** The maximum number of months in the chart. */
const MAX_MONTHS = 240;

/**
 * Returns every month from the first to the last with photos, including the empty months between them, oldest first.
 * Returns at most the newest 240 months.
 */
export function everyMonth(months: readonly Month[]): Month[] {
  const known = new Map(months.map((month) => [month.month, month]));
  const names = [...known.keys()].toSorted();
  const first = names[0];
  const last = names.at(-1);
  if (first === undefined || last === undefined) return [];
  const every: Month[] = [];
  for (let name = last; name >= first && every.length < MAX_MONTHS; name = before(name))
    every.push(known.get(name) ?? { month: name, photos: 0, bytes: 0 });
  return every.toReversed();
}

function before(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}

/** @param month "2024-05" @returns the address of the gallery, filtered to this month */
export function monthAddress(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return filteredGalleryAddress({ from: `${month}-01`, to: `${month}-${last}` });
}
