import type { Viewer } from './viewer.ts';

/** The share of the quota from which the user is warned. */
const NEARLY_FULL = 0.9;

/** The used share of the quota: above 1 if the quota is exceeded, null if there is none. */
export function storageShare({
  usedBytes,
  quotaBytes,
}: Pick<Viewer['storage'], 'usedBytes' | 'quotaBytes'>): { share: number | null; isNearlyFull: boolean } {
  const share = quotaBytes ? usedBytes / quotaBytes : null;
  return { share, isNearlyFull: share !== null && share >= NEARLY_FULL };
}
