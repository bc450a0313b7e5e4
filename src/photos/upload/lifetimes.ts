import { DAY_MS } from '../../config/units.ts';

/** Milliseconds for which a target accepts bytes. */
export const TARGET_MS = 15 * 60_000;

/** Milliseconds for which received bytes wait for completeUploads, and for which an outcome can be asked for again. */
export const KEPT_MS = DAY_MS;

/** Milliseconds after which an intent is dead: longer than storing a photo can take. */
export const INTENT_MS = 15 * 60_000;
