import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CONFIG, loadConfig } from '../config/config.ts';
import { Database, DatabaseUnavailableError } from './database.ts';
import { DatabaseModule } from './database.module.ts';

describe('DatabaseModule', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const build = async () => {
    const config = loadConfig({ NODE_ENV: 'test', DATA_DIR: dataDir });
    @Module({ providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] })
    class ConfigModule {}
    const module = await Test.createTestingModule({
      imports: [{ module: ConfigModule, global: true }, DatabaseModule],
    }).compile();
    return module;
  };

  it('provides a migrated database, and closes it with the application', async () => {
    const module = await build();
    const database = module.get(Database);
    expect(database.capabilities.severalProcesses).toBe(false);
    await database.ping();
    expect(await database.query('SELECT count(*) AS rows FROM photos')).toEqual([{ rows: 0 }]);
    await module.close();
    await expect(database.ping()).rejects.toThrow(DatabaseUnavailableError);
    await expect(stat(join(dataDir, 'imgstream.duckdb'))).resolves.toBeTruthy();
    await expect(stat(join(dataDir, 'imgstream.duckdb.wal'))).rejects.toThrow('ENOENT');
  });

  it('refuses to start on a database that is in use', async () => {
    const first = await build();
    await expect(build()).rejects.toThrow('imgstream.duckdb is already open in this process');
    await first.get(Database).ping();
    await first.close();
    const second = await build();
    await second.close();
  });
});
