import { isNativeError } from 'node:util/types';
import { DatabaseUnavailableError, UniqueViolationError } from '../database.ts';

// The client reports every failure as a plain Error whose message starts with DuckDB's error type. The rest of the
// message may quote user data, so the patterns match only the start.
const FATAL = /^FATAL Error: /;
const UNIQUE =
  /^Constraint Error: (?:Duplicate key .* violates (?:primary key|unique) constraint|PRIMARY KEY or UNIQUE constraint violation)|^TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation/s;
const CONFLICT =
  /^TransactionContext Error: (?:Failed to commit: )?(?:Conflict|Transaction conflict|write-write conflict)/i;
const UNAVAILABLE =
  /^(?:IO|Out of Memory|INTERRUPT) Error: |^TransactionContext Error: Failed to commit: |^Failed to .*: (?:connection disconnected|instance closed)$/;

/** True if the whole database fails every statement until it is reopened. */
export function isFatal(error: unknown): boolean {
  return matches(error, FATAL);
}

/** True if the same statements may succeed on another attempt. */
export function isConflict(error: unknown): boolean {
  return matches(error, CONFLICT);
}

/** Also checks the causes, because `translate` wraps the original error. */
function matches(error: unknown, pattern: RegExp): boolean {
  return isNativeError(error) && (pattern.test(error.message) || matches(error.cause, pattern));
}

/**
 * Converts a DuckDB error to the error class of the port, with the original as its cause. Returns any other error
 * unchanged.
 */
export function translate(error: unknown): unknown {
  // Not `instanceof`, because the client's errors may come from another realm, for example under a test runner.
  if (!isNativeError(error)) return error;
  if (FATAL.test(error.message)) {
    return new DatabaseUnavailableError('The database stopped after a fatal error.', { cause: error });
  }
  if (UNIQUE.test(error.message)) {
    return new UniqueViolationError('A row with this key already exists.', { cause: error });
  }
  if (CONFLICT.test(error.message)) {
    return new DatabaseUnavailableError('The transaction conflicts with another one.', { cause: error });
  }
  if (UNAVAILABLE.test(error.message)) {
    return new DatabaseUnavailableError('The database could not run the statement.', { cause: error });
  }
  return error;
}
