import type { AppliedMigration, Migration, MigrationTarget } from '../migrations.ts';
import { DatabaseStartError } from '../database-start-error.ts';
import type { Transaction } from '../database.ts';
import { WorkTransaction } from '../work-transaction.ts';
import type { Connection } from './connection.ts';
import { translate } from './errors.ts';

const LIMIT_MS = 60_000;

/** Applies migrations to a DuckDB database. */
export class DuckDbMigrator implements MigrationTarget {
  /** One process has the file open, so an older release never starts beside a newer one. */
  readonly acceptsNewer = false;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async applied(): Promise<AppliedMigration[]> {
    await this.#connection.command(
      `CREATE TABLE IF NOT EXISTS schema_migrations
       (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)`,
    );
    const { rows } = await this.#connection.read(
      'SELECT id, name, sha256 FROM schema_migrations',
      [],
      LIMIT_MS,
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      name: String(row['name']),
      sha256: String(row['sha256']),
    }));
  }

  async apply(migration: Migration & { sql: string }): Promise<void> {
    await this.#begin(async () => {
      await this.#connection.script(migration.sql);
      await this.#refuseUnsafeKeys();
      await this.#connection.write(
        'INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES ($1, $2, $3, $4)',
        [migration.id, migration.name, migration.sha256, new Date()],
      );
    });
    // Otherwise the DuckDB version that opens the file next, possibly another one, would replay the definition from
    // the log.
    await this.#connection.command('CHECKPOINT');
  }

  async transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = new WorkTransaction({
      execute: (sql, params) => this.#connection.write(sql, params),
      translate,
    });
    const result = await this.#begin(() => work(tx));
    await this.#connection.command('CHECKPOINT');
    return result;
  }

  async #begin<T>(work: () => Promise<T>): Promise<T> {
    await this.#connection.command('BEGIN');
    try {
      const result = await work();
      await this.#connection.command('COMMIT');
      return result;
    } catch (error) {
      await this.#connection.command('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /**
   * After a crash, an index made by CREATE INDEX loses entries. A foreign key rejects valid deletes and updates.
   */
  async #refuseUnsafeKeys(): Promise<void> {
    const { rows } = await this.#connection.read(
      `SELECT 'index ' || index_name AS object FROM duckdb_indexes() WHERE database_name = current_database()
       UNION ALL
       SELECT 'foreign key of ' || table_name FROM duckdb_constraints()
       WHERE database_name = current_database() AND constraint_type = 'FOREIGN KEY'`,
      [],
      LIMIT_MS,
    );
    const [first] = rows;
    if (first) {
      throw new DatabaseStartError(
        `it creates the ${String(first['object'])}; with DuckDB, use only PRIMARY KEY and UNIQUE inside CREATE TABLE.`,
      );
    }
  }
}
