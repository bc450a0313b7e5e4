import type { Database, SqlValue, Transaction } from '../database.ts';

export interface DatabaseUnderTest {
  database: Database;
  /** Closes the database; the suite calls `database` once more after it, and may close it twice. */
  close(): Promise<void>;
}

/** A database and an empty table of its own for each test. */
export class ContractRows {
  database!: Database;
  table = '';

  run(sql: string, params?: readonly SqlValue[]): Promise<number> {
    return this.database.write((tx) => tx.run(sql, params));
  }

  insert(id: string, n = 0): Promise<number> {
    return this.run(`INSERT INTO ${this.table} (id, n) VALUES ($1, $2)`, [id, n]);
  }

  own(id: string, owner: string | null, slug: string | null): Promise<number> {
    return this.run(`INSERT INTO ${this.table} (id, owner, slug) VALUES ($1, $2, $3)`, [id, owner, slug]);
  }

  add(tx: Transaction, id: string): Promise<number> {
    return tx.run(`INSERT INTO ${this.table} (id) VALUES ($1)`, [id]);
  }

  async ids(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(`SELECT id FROM ${this.table} ORDER BY id`);
    return rows.map(({ id }) => id);
  }

  async slugsBy(order: string): Promise<(string | null)[]> {
    const rows = await this.database.query<{ slug: string | null }>(
      `SELECT slug FROM ${this.table} ORDER BY ${order}`,
    );
    return rows.map(({ slug }) => slug);
  }
}

/** Makes one database for the tests of the describe block it is called in, and a table for each of them. */
export function useContractRows(make: () => Promise<DatabaseUnderTest>): ContractRows {
  const rows = new ContractRows();
  let subject: DatabaseUnderTest;
  let tables = 0;

  beforeAll(async () => {
    subject = await make();
    rows.database = subject.database;
  });

  afterAll(() => subject.close());

  beforeEach(async () => {
    rows.table = `contract_${++tables}`;
    await rows.run(
      `CREATE TABLE ${rows.table} (id VARCHAR PRIMARY KEY, n BIGINT, i INTEGER, d DOUBLE PRECISION, b BOOLEAN,
       t TIMESTAMP, owner VARCHAR, slug VARCHAR, UNIQUE (owner, slug))`,
    );
  });

  afterEach(() => rows.run(`DROP TABLE ${rows.table}`));

  return rows;
}
