import { type Database, type Scope, type SqlValue, type Transaction, userScope } from '../database.ts';

export interface DatabaseUnderTest {
  database: Database;
  /** Closes the database. The suite may call it twice, and may use `database` after it. */
  close(): Promise<void>;
}

const SCOPE = userScope('contract');

/** A database, and a new empty table for each test. */
export class ContractTable {
  database!: Database;
  table = '';

  /** Runs a unit of work; by default, all share one scope. */
  write<T>(work: (tx: Transaction) => Promise<T>, scopes: readonly Scope[] = [SCOPE]): Promise<T> {
    return this.database.write(scopes, work);
  }

  run(sql: string, params?: readonly SqlValue[], scopes?: readonly Scope[]): Promise<number> {
    return this.write((tx) => tx.run(sql, params), scopes);
  }

  insert(id: string, n = 0): Promise<number> {
    return this.run(`INSERT INTO ${this.table} (id, n) VALUES ($1, $2)`, [id, n]);
  }

  insertOwned(id: string, owner: string | null, slug: string | null): Promise<number> {
    return this.run(`INSERT INTO ${this.table} (id, owner, slug) VALUES ($1, $2, $3)`, [id, owner, slug]);
  }

  insertIn(tx: Transaction, id: string): Promise<number> {
    return tx.run(`INSERT INTO ${this.table} (id) VALUES ($1)`, [id]);
  }

  async ids(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(`SELECT id FROM ${this.table} ORDER BY id`);
    return rows.map(({ id }) => id);
  }

  async slugsOrderedBy(order: string): Promise<(string | null)[]> {
    const rows = await this.database.query<{ slug: string | null }>(
      `SELECT slug FROM ${this.table} ORDER BY ${order}`,
    );
    return rows.map(({ slug }) => slug);
  }
}

/** Creates one database for the tests of the surrounding describe block, and a table for each test. */
export function useContractTable(make: () => Promise<DatabaseUnderTest>): ContractTable {
  const fixture = new ContractTable();
  let subject: DatabaseUnderTest;
  let tables = 0;

  beforeAll(async () => {
    subject = await make();
    fixture.database = subject.database;
  });

  afterAll(() => subject.close());

  beforeEach(async () => {
    fixture.table = `contract_${++tables}`;
    await fixture.run(
      `CREATE TABLE ${fixture.table} (id VARCHAR COLLATE "C" PRIMARY KEY, n BIGINT, i INTEGER, d DOUBLE PRECISION,
       b BOOLEAN, t TIMESTAMP, owner VARCHAR COLLATE "C", slug VARCHAR COLLATE "C", note VARCHAR COLLATE "C",
       UNIQUE (owner, slug))`,
    );
  });

  afterEach(() => fixture.run(`DROP TABLE ${fixture.table}`));

  return fixture;
}
