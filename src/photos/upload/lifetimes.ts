import { DAY_MS } from '../../config/units.ts';

/** Milliseconds for which a target accepts bytes. */
export const TARGET_MS = 15 * 60_000;

/**
 * Milliseconds for which received bytes wait for completeUploads, and for which completeUploads can be repeated.
 */
export const RETENTION_MS = DAY_MS;

/** Milliseconds after which an intent expires. Longer than storing a photo can take. */
export const INTENT_MS = 15 * 60_000;

/** A time by which every upload has expired. */
export const FOREVER = new Date('9999-01-01T00:00:00Z');
