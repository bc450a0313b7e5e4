/**
 * The process cannot start. The message is for the administrator and is complete without a stack: it names what is wrong
 * and what to do.
 */
export class StartError extends Error {
  override name = 'StartError';
}
