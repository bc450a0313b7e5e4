/** The value of a parameter ($1, $2, ...). A Date is stored as a TIMESTAMP in UTC. */
export type SqlValue = string | number | boolean | Date | null;

/** A row, keyed by column name. BIGINT and INTEGER are numbers, TIMESTAMP is a Date (UTC), NULL is null. */
export type Row = Record<string, SqlValue>;

export interface Transaction {
  /**
   * Runs a statement and returns its rows, including those of RETURNING.
   * @throws as `Database.write` does.
   */
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /**
   * Runs a statement and returns the number of rows that it inserted, changed or deleted.
   * @throws as `Database.write` does.
   */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
}

/** The database is closed, damaged, full or unreachable. The client can send the request again later. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError';
}

/** A row violates a UNIQUE or PRIMARY KEY constraint. */
export class UniqueViolationError extends Error {
  override name = 'UniqueViolationError';
}

/**
 * The data that a unit of work changes: everything of one user. Units of work of one scope run one after another.
 */
export type Scope = `user:${string}`;

export function userScope(userId: string): Scope {
  return `user:${userId}`;
}

/** Properties in which engines differ and that matter outside of them. */
export interface DatabaseCapabilities {
  /**
   * Several processes may use the database at the same time. If false, rows that an earlier process left unfinished are
   * certainly abandoned.
   */
  severalProcesses: boolean;

  /**
   * The database is known to contain every acknowledged write. False if that cannot be verified, for example because the
   * database is new or was restored from a backup.
   */
  provesAcknowledgedWrites: boolean;
}

/**
 * A relational database. Statements use only the SQL that DuckDB and PostgreSQL have in common, with parameters $1, $2, ....
 * Text is ordered by its bytes. Each engine has its own migrations and its own PhotoReader (src/metadata/browse).
 */
export abstract class Database {
  abstract readonly capabilities: DatabaseCapabilities;

  /**
   * Runs a SELECT and returns its rows. It sees the data committed before it started, does not wait for writes, and cannot
   * change anything.
   * @throws DatabaseUnavailableError
   */
  abstract query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;

  /**
   * Runs the unit of work `work` in a transaction, and resolves with its return value once the transaction is durable.
   *
   * Units of work of one scope run one after another, in one process or in several, and each sees everything that the
   * earlier ones committed. In one process they start in the order of the calls. Units of work of other scopes may overlap,
   * and each of their statements sees what is committed when the statement starts. A unit of work without a scope, or one
   * that touches rows of other scopes, must therefore change each row by a single conditional statement.
   *
   * `work` may run more than once, so it must have no effects except through `tx`. If `work` throws, its own statements
   * are rolled back; concurrent writes are not affected. If one of its statements fails, all of its statements are rolled
   * back, even if `work` catches the error. Other writes wait for `work`, so it must be short and await nothing but `tx`.
   * @throws UniqueViolationError
   * @throws DatabaseUnavailableError; in rare cases, the transaction has become durable nevertheless
   * @throws the error that `work` threw
   */
  abstract write<T>(scopes: readonly Scope[], work: (tx: Transaction) => Promise<T>): Promise<T>;

  /**
   * Resolves once a real statement has succeeded.
   * @throws DatabaseUnavailableError
   */
  abstract ping(): Promise<void>;
}
