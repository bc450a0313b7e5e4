import type { Viewer } from './viewer.ts';

/** From this share of the quota on people are warned. */
const NEARLY_FULL = 0.9;

/** How much of the quota is used, above 1 where it is exceeded; null where there is none. */
export function storageShare({
  usedBytes,
  quotaBytes,
}: Pick<Viewer['storage'], 'usedBytes' | 'quotaBytes'>): { share: number | null; isNearlyFull: boolean } {
  const share = quotaBytes ? usedBytes / quotaBytes : null;
  return { share, isNearlyFull: share !== null && share >= NEARLY_FULL };
}
