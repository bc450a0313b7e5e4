import { DatabaseUnavailableError, UniqueViolationError } from '../database.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';
const READ_ONLY = '25006';
const PROTOCOL_VIOLATION = '08P01';

/** Classes of conditions that may pass: connection, insufficient resources, operator intervention, system error. */
const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);

/** Errors of sockets and of the name service: errno(3), getaddrinfo(3). */
const NETWORK =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_|ENOTFOUND|ENOENT|EACCES|ERR_SOCKET|ERR_STREAM|ERR_TLS|CERT_)/;

/** Messages of `pg` and `pg-pool` for a connection that is lost or cannot be made; they have no code. */
const LOST =
  /connection terminated|connection ended|timeout exceeded|timeout expired|query read timeout|not queryable|pool after calling end/i;

/** True if the same unit of work may succeed when it is repeated, and its transaction was certainly rolled back. */
export function isConflict(error: unknown): boolean {
  const code = sqlState(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

/** True if the connection failed, so that the result of a running statement is unknown. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state !== null)
    return (state.startsWith('08') && state !== PROTOCOL_VIOLATION) || state.startsWith('57P');
  const code = codeOf(error);
  return code === null ? LOST.test(error.message) : NETWORK.test(code);
}

/** An error of PostgreSQL as the port names it, with the original as its cause. Other errors are returned unchanged. */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error;
  const code = sqlState(error);
  if (code === UNIQUE_VIOLATION)
    return new UniqueViolationError('A row with this key already exists.', { cause: error });
  if (isConflict(error))
    return new DatabaseUnavailableError('The database could not resolve a conflict.', { cause: error });
  if (code === LOCK_NOT_AVAILABLE || code === QUERY_CANCELED)
    return new DatabaseUnavailableError('The database did not finish the statement in time.', {
      cause: error,
    });
  // A primary that became a standby refuses writes until the connections reach the new primary.
  if (code === READ_ONLY)
    return new DatabaseUnavailableError('The database accepts no writes at this moment.', { cause: error });
  const isTransient = code !== null && code !== PROTOCOL_VIOLATION && TRANSIENT_CLASSES.has(code.slice(0, 2));
  if (isTransient || isConnectionLost(error))
    return new DatabaseUnavailableError('The database cannot be reached.', { cause: error });
  return error;
}

/** The SQLSTATE of an error of the server; null for any other error. Only the server's errors have a severity. */
export function sqlState(error: unknown): string | null {
  return error instanceof Error && 'severity' in error ? codeOf(error) : null;
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
