import { UniqueViolationError } from '../../database.ts';
import type { Row } from '../../database.ts';
import type { Connection } from '../connection.ts';
import { translate } from '../errors.ts';

/** Time limit of a statement. It is high because a check reads whole columns of libraries of any size. */
const LIMIT_MS = 10 * 60_000;
/**
 * How many rows of each key are looked up in its index: the newest, because they are the ones that a crash loses,
 * and a random sample.
 */
const NEWEST = 8;
const RANDOM = 8;

/** A PRIMARY KEY or UNIQUE constraint. */
export interface Key {
  /** For messages: `photos (user_id, checksum)`. */
  label: string;
  /** Quoted for SQL, like `columns`. */
  table: string;
  columns: string[];
}

/** Returns the keys that the tables of the database declare. */
export async function declaredKeys(connection: Connection): Promise<Key[]> {
  const columns = await rows(
    connection,
    `SELECT schema_name, table_name, constraint_index, unnest(constraint_column_names) AS column_name
     FROM duckdb_constraints()
     WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')`,
  );
  const byKey = Map.groupBy(columns, (row) =>
    JSON.stringify([row['schema_name'], row['table_name'], row['constraint_index']]),
  );
  return [...byKey.values()].map((rows) => {
    const names = rows.map((row) => String(row['column_name']));
    const [schema, table] = [String(rows[0]?.['schema_name']), String(rows[0]?.['table_name'])];
    return {
      label: `${table} (${names.join(', ')})`,
      table: `${quote(schema)}.${quote(table)}`,
      columns: names.map(quote),
    };
  });
}

/**
 * Reads every value of every table, so that a block with a wrong checksum is found at start and not when a user
 * opens one of the photos in it.
 * @throws DuckDB's own error
 */
export async function readEverything(connection: Connection): Promise<void> {
  const tables = await rows(
    connection,
    'SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()',
  );
  for (const { schema_name: schema, table_name: table } of tables) {
    const name = `${quote(String(schema))}.${quote(String(table))}`;
    await rows(
      connection,
      `SELECT CAST(bit_xor(hash(everything)) AS VARCHAR) AS print FROM ${name} AS everything`,
    );
  }
}

/**
 * Finds keys with duplicate values. Such rows bypassed the constraint, for example because they come from the
 * write-ahead log of a different database file. Changes nothing.
 * @returns one message for each violated key.
 */
export async function findDuplicates(connection: Connection, keys: readonly Key[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { label, table, columns } of keys) {
    const list = columns.join(', ');
    const [row] = await rows(
      connection,
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${present(columns)} GROUP BY ${list} HAVING count(*) > 1)`,
    );
    if (row?.['n'] !== 0) faults.push(`${label}: ${String(row?.['n'])} values occur more than once`);
  }
  return faults;
}

/**
 * Finds rows that are missing from the index of a key. Reads may not reveal them, so this function writes the same
 * key to another row, which the index must reject. Everything is rolled back.
 * @returns one message for each damaged index.
 */
export async function findUnindexed(connection: Connection, keys: readonly Key[]): Promise<string[]> {
  const faults: string[] = [];
  for (const key of keys) {
    for (const rowid of await sample(connection, key)) {
      if (await rejectsDuplicate(connection, key, rowid)) continue;
      faults.push(`${key.label}: the key of a row is missing from the index`);
      break;
    }
  }
  return faults;
}

async function sample(connection: Connection, { table, columns }: Key): Promise<number[]> {
  const newest = `SELECT rowid FROM ${table} WHERE ${present(columns)} ORDER BY rowid DESC LIMIT ${NEWEST}`;
  const random = `SELECT rowid FROM (SELECT rowid, * FROM ${table} WHERE ${present(columns)}) USING SAMPLE ${RANDOM} ROWS`;
  const found = await rows(connection, `(${newest}) UNION (${random})`);
  return found.map((row) => Number(row['rowid']));
}

/** True if the index rejects the key of this row for another row or, if there is no other row, for a copy of it. */
async function rejectsDuplicate(
  connection: Connection,
  { table, columns }: Key,
  rowid: number,
): Promise<boolean> {
  const set = columns.map((column) => `${column} = source.${column}`).join(', ');
  await connection.command('BEGIN');
  try {
    const { changed } = await connection.write(
      `UPDATE ${table} AS target SET ${set} FROM (SELECT ${columns.join(', ')} FROM ${table} WHERE rowid = ${rowid}) AS source
       WHERE target.rowid = (SELECT min(rowid) FROM ${table} WHERE rowid <> ${rowid})`,
      [],
    );
    if (changed > 0) return false;
    await connection.write(`INSERT INTO ${table} SELECT * FROM ${table} WHERE rowid = ${rowid}`, []);
    return false;
  } catch (error) {
    if (translate(error) instanceof UniqueViolationError) return true;
    throw error;
  } finally {
    await connection.command('ROLLBACK');
  }
}

async function rows(connection: Connection, sql: string): Promise<Row[]> {
  const result = await connection.read(sql, [], LIMIT_MS);
  return result.rows;
}

function present(columns: readonly string[]): string {
  return columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
