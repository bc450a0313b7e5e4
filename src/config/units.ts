/** Bytes in a mebibyte. */
export const MIB = 1024 ** 2;

/** Milliseconds in a day of 24 hours. */
export const DAY_MS = 24 * 60 * 60_000;
