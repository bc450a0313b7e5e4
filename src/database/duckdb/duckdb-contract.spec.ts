import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDatabase } from '../database.contract.ts';
import { DuckDbDatabase } from './duckdb-database.ts';

describeDatabase('DuckDB', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
  const database = await DuckDbDatabase.open({ dataDir });
  return {
    database,
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
});
