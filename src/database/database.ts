/** A value of a parameter ($1, $2, ...). A Date is an instant, stored as a TIMESTAMP in UTC. */
export type SqlValue = string | number | boolean | Date | null;

/** A row by column name: BIGINT and INTEGER are numbers, TIMESTAMP is a Date (UTC), NULL is null. */
export type Row = Record<string, SqlValue>;

export interface Transaction {
  /** The rows of a statement, RETURNING rows among them. Throws as `Database.write` does. */
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /** Runs a statement and gives the number of rows it inserted, changed or deleted. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
}

/** The database is closed, damaged, full or away; the request may be sent again later. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError';
}

/** A UNIQUE or PRIMARY KEY constraint refused a row. */
export class UniqueViolationError extends Error {
  override name = 'UniqueViolationError';
}

/** A relational store. SQL is what DuckDB and PostgreSQL share; parameters are $1, $2, ...; engines differ in migrations only. */
export abstract class Database {
  /** True where no other process can have the database open, so that what an earlier process left unfinished is dead. */
  abstract readonly exclusive: boolean;

  /** False where nothing vouches for the database having all that was acknowledged, as when it is new or was put back. */
  abstract readonly attested: boolean;

  /** The rows of a read, as of its start; does not wait for writes, and refuses to make any. Throws DatabaseUnavailableError. */
  abstract query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;

  /**
   * Runs `work` in a transaction and resolves with what it gave once that is durable. `work` may be run more than once
   * and must have no effect but through `tx`; what it throws rolls its own statements back and no other work's. After a
   * statement that failed nothing of it is kept, also where `work` caught the error. Others wait for it: it is short, and
   * waits for nothing but `tx`. Throws UniqueViolationError, DatabaseUnavailableError (which may be thrown, rarely, for
   * a work that did become durable), or what `work` threw.
   */
  abstract write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;

  /** Answers when a real statement did; throws DatabaseUnavailableError. */
  abstract ping(): Promise<void>;
}
