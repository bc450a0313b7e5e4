import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../../../test/support/postgres/test-database.ts';
import type { Database } from '../../database/database.ts';
import { DuckDbDatabase } from '../../database/duckdb/duckdb-database.ts';
import { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { DuckDbPhotoReader } from '../browse/duckdb/duckdb-photo-reader.ts';
import { TimelineSketches } from '../browse/duckdb/timeline-sketches.ts';
import { LibraryMemo } from '../browse/library-memo.ts';
import type { PhotoReader } from '../browse/photo-reader.ts';
import { PostgresPhotoReader } from '../browse/postgres/postgres-photo-reader.ts';

/** A new, empty database of one engine, with the reader that belongs to it. */
export interface OpenEngine {
  database: Database;
  readerFor(memo: LibraryMemo): PhotoReader;
  close(): Promise<void>;
}

/** The engines on which every repository suite runs: `describe.each(ENGINES)('on %s', (_name, open) => ...)`. */
export const ENGINES: [name: string, open: () => Promise<OpenEngine>][] = [
  ['DuckDB', openDuckDb],
  ['PostgreSQL', openPostgres],
];

async function openDuckDb(): Promise<OpenEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'imgstream-metadata-'));
  const database = await DuckDbDatabase.open({ dataDir });
  return {
    database,
    readerFor: (memo) => new DuckDbPhotoReader(database, new TimelineSketches(database, memo)),
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function openPostgres(): Promise<OpenEngine> {
  const database = await PostgresDatabase.open({ url: await createTestDatabase() });
  return { database, readerFor: () => new PostgresPhotoReader(database), close: () => database.close() };
}
