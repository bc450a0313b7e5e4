import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbDatabase } from '../src/database/duckdb/duckdb-database.ts';
import { PostgresDatabase } from '../src/database/postgres/postgres-database.ts';
import type { Row } from '../src/database/database.ts';
import { queryUrl } from '../test/support/postgres/local-postgres.ts';

// Copies the rows of a library from DuckDB to PostgreSQL. Usage: copy-library.ts FOLDER URL

const TABLES = { users: 'id', photos: 'id', photo_tags: 'photo_id, tag' };
const CHUNK = 5_000;
const JSON_COLUMNS = new Set(['settings', 'metadata']);

async function copy(library: string, url: string): Promise<void> {
  // A copy of the file, because opening it could change it.
  const folder = await mkdtemp(join(tmpdir(), 'imgstream-copy-'));
  await copyFile(join(library, 'imgstream.duckdb'), join(folder, 'imgstream.duckdb'));
  const from = await DuckDbDatabase.open({ dataDir: folder, readLimitMs: 600_000 });
  const to = await PostgresDatabase.open({ url, workLimitMs: 600_000 });
  try {
    for (const [table, key] of Object.entries(TABLES)) {
      const [{ names } = { names: '' }] = await to.query<{ names: string }>(
        `SELECT string_agg(column_name, ', ') AS names FROM information_schema.columns
         WHERE table_name = $1 AND is_generated = 'NEVER'`,
        [table],
      );
      for (let offset = 0; ; offset += CHUNK) {
        const rows = await from.query(
          `SELECT ${names} FROM ${table} ORDER BY ${key} LIMIT ${CHUNK} OFFSET ${offset}`,
        );
        if (rows.length === 0) break;
        await to.write([], (tx) =>
          tx.run(
            `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${table}, CAST($1 AS JSON))`,
            [JSON.stringify(rows.map(toJson))],
          ),
        );
      }
    }
  } finally {
    await to.close();
    await from.close();
    await rm(folder, { recursive: true, force: true });
  }
  await queryUrl(url, 'VACUUM ANALYZE');
}

/** Converts a row to JSON. JSON columns are parsed, and times have no time zone. */
function toJson(row: Row): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value instanceof Date) return [name, value.toISOString().slice(0, -1)];
      return [name, JSON_COLUMNS.has(name) && typeof value === 'string' ? JSON.parse(value) : value];
    }),
  );
}

const [library = '', url = ''] = process.argv.slice(2);
await copy(library, url);
