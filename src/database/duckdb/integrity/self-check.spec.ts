import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from '../connection.ts';
import { declaredKeys, findDuplicates, findUnindexed } from './self-check.ts';
import type { Key } from './self-check.ts';

describe('The self-check', () => {
  let folder: string;
  let instance: DuckDBInstance;
  let connection: Connection;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    await open();
  });

  afterEach(async () => {
    close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async () => {
    instance = await DuckDBInstance.create(join(folder, 'test.duckdb'));
    connection = new Connection(await instance.connect(), () => {});
  };
  const close = () => {
    connection.close();
    instance.closeSync();
  };
  const check = async (keys?: Key[]) => {
    const declared = keys ?? (await declaredKeys(connection));
    return [...(await findDuplicates(connection, declared)), ...(await findUnindexed(connection, declared))];
  };
  const count = async (sql: string) => {
    const { rows } = await connection.read(sql, [], 10_000);
    return rows[0]?.['n'];
  };

  it('finds the keys that tables declare, but not other constraints', async () => {
    await connection.command(
      `CREATE TABLE "odd ""name""" (id INTEGER PRIMARY KEY, "User Id" VARCHAR NOT NULL, c VARCHAR UNIQUE, n INTEGER CHECK (n > 0),
       UNIQUE ("User Id", n)); CREATE TABLE bare (id INTEGER)`,
    );
    expect((await declaredKeys(connection)).map(({ label }) => label).toSorted()).toEqual([
      'odd "name" (User Id, n)',
      'odd "name" (c)',
      'odd "name" (id)',
    ]);
    expect(await check()).toEqual([]);
  });

  it.each([0, 1, 2, 5_000])('finds no faults in %d valid rows, and changes none', async (rows) => {
    await connection.command(
      'CREATE TABLE t (id VARCHAR PRIMARY KEY, o VARCHAR, s VARCHAR, d TIMESTAMP UNIQUE, n BIGINT UNIQUE, UNIQUE (o, s))',
    );
    await connection.command(
      `INSERT INTO t SELECT 'i' || i, 'o' || i % 7, CASE WHEN i % 3 = 0 THEN NULL ELSE 's' || i END,
       TIMESTAMP '2024-01-01' + to_seconds(i), -i FROM range(${rows}) AS r (i)`,
    );
    await connection.command(`DELETE FROM t WHERE id = 'i3'; UPDATE t SET s = 'new' WHERE id = 'i4'`);
    const before = await count(`SELECT md5(string_agg(t::VARCHAR, ',' ORDER BY id)) AS n FROM t`);
    expect(await check()).toEqual([]);
    expect(await count(`SELECT md5(string_agg(t::VARCHAR, ',' ORDER BY id)) AS n FROM t`)).toBe(before);
  });

  it('finds rows that are missing from an index', async () => {
    // After a crash, an index made by CREATE INDEX lacks the rows replayed from the write-ahead log.
    const loose: Key = { label: 't (o, s)', table: '"main"."t"', columns: ['"o"', '"s"'] };
    await connection.command(
      `CREATE TABLE t (id VARCHAR PRIMARY KEY, o VARCHAR, s VARCHAR); CREATE UNIQUE INDEX loose ON t (o, s);
       INSERT INTO t SELECT 'i' || i, 'o', 's' || i FROM range(1000) AS r (i); CHECKPOINT;
       PRAGMA disable_checkpoint_on_shutdown; INSERT INTO t SELECT 'l' || i, 'o', 'l' || i FROM range(50) AS r (i)`,
    );
    expect(await check([loose])).toEqual([]);
    close();
    await open();
    close();
    await open();
    expect(await count('SELECT count(*) AS n FROM t')).toBe(1050);
    expect(await check([loose])).toEqual(['t (o, s): the key of a row is missing from the index']);
    expect(await count('SELECT count(DISTINCT (o, s)) AS n FROM t')).toBe(1050);
    expect(await check()).toEqual([]);
  });

  it('finds duplicate values', async () => {
    const undeclared: Key = { label: 't (o, s)', table: '"main"."t"', columns: ['"o"', '"s"'] };
    await connection.command(`CREATE TABLE t (o VARCHAR, s VARCHAR);
      INSERT INTO t VALUES ('a', 'x'), ('a', 'y'), ('b', 'x'), (NULL, 'z'), (NULL, 'z')`);
    expect(await findDuplicates(connection, [undeclared])).toEqual([]);
    await connection.command(`INSERT INTO t VALUES ('a', 'x'), ('a', 'x'), ('b', 'x')`);
    expect(await findDuplicates(connection, [undeclared])).toEqual([
      't (o, s): 2 values occur more than once',
    ]);
  });
});
