import { isNativeError } from 'node:util/types';
import { DatabaseUnavailableError, UniqueViolationError } from '../database.ts';

// The client gives every failure as a plain Error whose message starts with DuckDB's kind of it. What follows may quote a
// person's data, so the patterns hold to the start.
const FATAL = /^FATAL Error: /;
const UNIQUE =
  /^Constraint Error: (?:Duplicate key .* violates (?:primary key|unique) constraint|PRIMARY KEY or UNIQUE constraint violation)|^TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation/s;
const CONFLICT =
  /^TransactionContext Error: (?:Failed to commit: )?(?:Conflict|Transaction conflict|write-write conflict)/i;
const UNAVAILABLE =
  /^(?:IO|Out of Memory|INTERRUPT) Error: |^TransactionContext Error: Failed to commit: |^Failed to .*: (?:connection disconnected|instance closed)$/;

/** True where the whole database refuses everything until it is opened again. */
export function isFatal(error: unknown): boolean {
  return matches(error, FATAL);
}

/** True where the same statements may succeed when they are run again. */
export function isConflict(error: unknown): boolean {
  return matches(error, CONFLICT);
}

/** Looks through what `translate` made of an error. */
function matches(error: unknown, pattern: RegExp): boolean {
  return isNativeError(error) && (pattern.test(error.message) || matches(error.cause, pattern));
}

/** An error of DuckDB as the port names it, with the original as its cause; any other error as it is. */
export function translate(error: unknown): unknown {
  // Not `instanceof`: the client's errors may come from another realm, as they do under a test runner.
  if (!isNativeError(error)) return error;
  if (FATAL.test(error.message)) {
    return new DatabaseUnavailableError('The database stopped after a fatal error.', { cause: error });
  }
  if (UNIQUE.test(error.message)) {
    return new UniqueViolationError('There is a row with this key already.', { cause: error });
  }
  if (CONFLICT.test(error.message)) {
    return new DatabaseUnavailableError('The database did not settle a conflict.', { cause: error });
  }
  if (UNAVAILABLE.test(error.message)) {
    return new DatabaseUnavailableError('The database could not run the statement.', { cause: error });
  }
  return error;
}
