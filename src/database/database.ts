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
 * A relational database. Statements use only the SQL that DuckDB and PostgreSQL have in common, with parameters $1,
 * $2, .... Only the migrations are written per engine.
 */
export abstract class Database {
  /**
   * True if no other process can have the database open. Rows that an earlier process left unfinished are then
   * certainly abandoned.
   */
  abstract readonly exclusive: boolean;

  /**
   * True if the database is known to contain every acknowledged write. False if that cannot be verified, for
   * example because the database is new or was restored from a backup.
   */
  abstract readonly attested: boolean;

  /**
   * Runs a SELECT and returns its rows. It sees the data committed before it started, does not wait for writes, and
   * cannot change anything.
   * @throws DatabaseUnavailableError
   */
  abstract query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;

  /**
   * Runs `work` in a transaction, and resolves with its return value once the transaction is durable.
   *
   * `work` may run more than once, so it must have no effects except through `tx`. If `work` throws, its own
   * statements are rolled back; concurrent writes are not affected. If one of its statements fails, all of its
   * statements are rolled back, even if `work` catches the error. Other writes wait for `work`, so it must be short
   * and await nothing but `tx`.
   * @throws UniqueViolationError
   * @throws DatabaseUnavailableError; in rare cases, the transaction is durable nevertheless
   * @throws the error that `work` threw
   */
  abstract write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;

  /**
   * Resolves once a real statement has succeeded.
   * @throws DatabaseUnavailableError
   */
  abstract ping(): Promise<void>;
}
