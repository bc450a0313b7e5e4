import type { Client } from 'pg';
import type { AppliedMigration, Migration, MigrationTarget } from '../migrations.ts';
import type { Transaction } from '../database.ts';
import { LOCK_MIGRATIONS } from './sql.ts';
import { transactionOn } from './transaction.ts';

/**
 * Applies migrations to PostgreSQL. Each runs in a transaction that holds one lock, so that several processes can start
 * at the same time, and so that it also works through a transaction pooler.
 */
export class PostgresMigrator implements MigrationTarget {
  /** During a rollout, an instance of the previous release may start after the next one has migrated. */
  readonly acceptsNewer = true;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async applied(): Promise<AppliedMigration[]> {
    return this.#locked(async () => {
      // Asked first, because a role without the right to create tables may still run the service.
      const { rows } = await this.#client.query<{ found: string | null }>(
        "SELECT CAST(to_regclass('schema_migrations') AS text) AS found",
      );
      if (rows[0]?.found == null)
        await this.#client.query(
          `CREATE TABLE schema_migrations (id INTEGER PRIMARY KEY, name VARCHAR COLLATE "C" NOT NULL,
           sha256 VARCHAR COLLATE "C" NOT NULL, applied_at TIMESTAMP NOT NULL)`,
        );
      return this.#rows();
    });
  }

  async apply(migration: Migration & { sql: string }): Promise<void> {
    await this.#locked(async () => {
      const done = await this.#rows();
      // Another process applied it while this one waited.
      if (done.some(({ id }) => id === migration.id)) return;
      await this.#client.query(migration.sql);
      await this.#client.query(
        `INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES ($1, $2, $3, now() AT TIME ZONE 'UTC')`,
        [migration.id, migration.name, migration.sha256],
      );
    });
  }

  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#locked(() => work(transactionOn(this.#client)));
  }

  async #rows(): Promise<AppliedMigration[]> {
    const { rows } = await this.#client.query<AppliedMigration>(
      'SELECT id, name, sha256 FROM schema_migrations ORDER BY id',
    );
    return rows;
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    await this.#client.query(`BEGIN; SET LOCAL statement_timeout = 0; ${LOCK_MIGRATIONS}`);
    try {
      const result = await work();
      await this.#client.query('COMMIT');
      return result;
    } catch (error) {
      await this.#client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}
