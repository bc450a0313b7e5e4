/**
 * The process cannot start. The message is for the administrator. It states the problem and the solution, so that
 * no stack trace is needed.
 */
export class StartError extends Error {
  override name = 'StartError';
}
