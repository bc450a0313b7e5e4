import { ResultReturnType, StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { Row, SqlValue } from '../database.ts';
import { isFatal } from './errors.ts';
import { bind, readRows } from './values.ts';

const READS: readonly StatementType[] = [StatementType.SELECT];
const CHANGES: readonly StatementType[] = [
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
];
const WRITES: readonly StatementType[] = [
  ...READS,
  ...CHANGES,
  StatementType.CREATE,
  StatementType.ALTER,
  StatementType.DROP,
];

export interface StatementResult {
  rows: Row[];
  /** Rows inserted, changed or deleted. */
  changed: number;
  /** True where the statement could have left anything to roll back. */
  hadEffect: boolean;
}

/** A connection of DuckDB. It runs one statement at a time: a caller waits for the last before it starts the next. */
export class Connection {
  readonly #connection: DuckDBConnection;
  readonly #onFatal: (error: unknown) => void;

  /** `onFatal` is told of an error after which the whole database has to be opened again. */
  constructor(connection: DuckDBConnection, onFatal: (error: unknown) => void) {
    this.#connection = connection;
    this.#onFatal = onFatal;
  }

  /** Runs a SELECT. Throws DuckDB's own error, or a TypeError for a statement of another kind. */
  read(sql: string, params: readonly SqlValue[], limitMs: number): Promise<StatementResult> {
    return this.#watched(() => this.#execute(sql, params, READS), limitMs);
  }

  /** Runs a statement that reads, changes rows or defines tables; not one that begins or ends a transaction. Throws as `read` does. */
  write(sql: string, params: readonly SqlValue[]): Promise<StatementResult> {
    return this.#watched(() => this.#execute(sql, params, WRITES));
  }

  /** Runs a command that takes no parameters, of any kind. Throws DuckDB's own error. */
  command(sql: string): Promise<void> {
    return this.#watched(async () => {
      await this.#connection.run(sql);
    });
  }

  /** Runs the statements of a text in order; those of a transaction only, as `write` does. */
  script(sql: string): Promise<void> {
    return this.#watched(async () => {
      const statements = await this.#connection.extractStatements(sql);
      for (let index = 0; index < statements.count; index++) {
        // Prepared only now: it may name what the statement before it made.
        const statement = await statements.prepare(index);
        try {
          assertKind(statement, WRITES);
          await statement.run();
        } finally {
          statement.destroySync();
        }
      }
    });
  }

  /** Makes the statement that runs, if one does, fail soon. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
  }

  async #watched<T>(run: () => Promise<T>, limitMs?: number): Promise<T> {
    const timer = limitMs === undefined ? undefined : setTimeout(() => this.interrupt(), limitMs);
    try {
      return await run();
    } catch (error) {
      if (isFatal(error)) this.#onFatal(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #execute(
    sql: string,
    params: readonly SqlValue[],
    kinds: readonly StatementType[],
  ): Promise<StatementResult> {
    // Prepared anew each time, for 0.2 ms: a statement that is kept keeps a plan drawn from the table's statistics of that
    // day, and run again it can miss rows that are there or change rows that its condition excludes (DuckDB 1.5.5).
    const statement = await this.#connection.prepare(sql);
    try {
      assertKind(statement, kinds);
      bind(statement, params);
      return toResult(await statement.run());
    } finally {
      statement.destroySync();
    }
  }
}

function assertKind(statement: DuckDBPreparedStatement, kinds: readonly StatementType[]): void {
  const kind = statement.statementType;
  if (!kinds.includes(kind)) {
    throw new TypeError(
      `A statement of the kind ${StatementType[kind]} is not for this method of the database.`,
    );
  }
}

function toResult(result: DuckDBMaterializedResult): StatementResult {
  const changes = CHANGES.includes(result.statementType);
  // A change with RETURNING counts no rows of its own: what it returned is what it changed.
  const returning = changes && result.returnType === ResultReturnType.QUERY_RESULT;
  const rows = changes && !returning ? [] : readRows(result);
  const changed = returning ? rows.length : result.rowsChanged;
  return { rows, changed, hadEffect: changes ? changed > 0 : result.statementType !== StatementType.SELECT };
}
