/**
 * Maximum number of entries for each kind of list. Resolvers reject longer lists, and the cost estimate of an
 * operation caps the length of each list at these values.
 */
export const LIST_LIMITS = {
  /** Photos on a page of a connection. */
  page: { default: 50, max: 200 },
  /** Photos in a month of the timeline's columns. */
  column: 10_000,
  /** IDs in a mutation. */
  ids: 1_000,
  /** Files in uploadPhotos. */
  files: 20,
  /** Uploads in createUploads and completeUploads. */
  uploads: 100,
  /** Tags in the list of the most used tags. */
  tags: 1_000,
  /** Entries in each part of the library's statistics, except months. */
  stats: 100,
} as const;
