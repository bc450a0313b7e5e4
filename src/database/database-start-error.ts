/**
 * The database cannot be used as it is, and the process must not go on. The message is for the operator: which file,
 * what is wrong with it and what to do.
 */
export class DatabaseStartError extends Error {
  override name = 'DatabaseStartError';
}
