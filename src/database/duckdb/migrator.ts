import type { AppliedMigration, Migration, MigrationTarget } from '../migrations.ts';
import { DatabaseStartError } from '../database-start-error.ts';
import type { Connection } from './connection.ts';

const LIMIT_MS = 60_000;

/** Applies migrations to a DuckDB database. */
export class DuckDbMigrator implements MigrationTarget {
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

  async apply(migration: Migration): Promise<void> {
    await this.#connection.command('BEGIN');
    try {
      await this.#connection.script(migration.sql);
      await this.#refuseUnsafeKeys();
      await this.#connection.write(
        'INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES ($1, $2, $3, $4)',
        [migration.id, migration.name, migration.sha256, new Date()],
      );
      await this.#connection.command('COMMIT');
    } catch (error) {
      await this.#connection.command('ROLLBACK').catch(() => undefined);
      throw error;
    }
    // Otherwise the DuckDB version that opens the file next, possibly another one, would replay the definition from
    // the log.
    await this.#connection.command('CHECKPOINT');
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
