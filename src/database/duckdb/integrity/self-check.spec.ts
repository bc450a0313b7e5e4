import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from '../connection.ts';
import { declaredKeys, findDuplicates, findUnindexed } from './self-check.ts';
import type { Key } from './self-check.ts';

describe('The self-check of a database', () => {
  let folder: string;
  let instance: DuckDBInstance;
  let connection: Connection;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    await open();
  });

  afterEach(async () => {
    shut();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async () => {
    instance = await DuckDBInstance.create(join(folder, 'test.duckdb'));
    connection = new Connection(await instance.connect(), () => {});
  };
  const shut = () => {
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

  it('finds the keys that tables declare, and no others', async () => {
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

  it.each([0, 1, 2, 5_000])('finds no fault with %d good rows, and changes none', async (rows) => {
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

  it('finds rows that an index has lost', async () => {
    // What an index of CREATE INDEX does after a crash: the rows of the write-ahead log are in the table only.
    const loose: Key = { label: 't (o, s)', table: '"main"."t"', columns: ['"o"', '"s"'] };
    await connection.command(
      `CREATE TABLE t (id VARCHAR PRIMARY KEY, o VARCHAR, s VARCHAR); CREATE UNIQUE INDEX loose ON t (o, s);
       INSERT INTO t SELECT 'i' || i, 'o', 's' || i FROM range(1000) AS r (i); CHECKPOINT;
       PRAGMA disable_checkpoint_on_shutdown; INSERT INTO t SELECT 'l' || i, 'o', 'l' || i FROM range(50) AS r (i)`,
    );
    expect(await check([loose])).toEqual([]);
    shut();
    await open();
    shut();
    await open();
    expect(await count('SELECT count(*) AS n FROM t')).toBe(1050);
    expect(await check([loose])).toEqual(['t (o, s): the key of a row is not in its index']);
    expect(await count('SELECT count(DISTINCT (o, s)) AS n FROM t')).toBe(1050);
    expect(await check()).toEqual([]);
  });

  it('finds values that are there twice', async () => {
    const undeclared: Key = { label: 't (o, s)', table: '"main"."t"', columns: ['"o"', '"s"'] };
    await connection.command(`CREATE TABLE t (o VARCHAR, s VARCHAR);
      INSERT INTO t VALUES ('a', 'x'), ('a', 'y'), ('b', 'x'), (NULL, 'z'), (NULL, 'z')`);
    expect(await findDuplicates(connection, [undeclared])).toEqual([]);
    await connection.command(`INSERT INTO t VALUES ('a', 'x'), ('a', 'x'), ('b', 'x')`);
    expect(await findDuplicates(connection, [undeclared])).toEqual([
      't (o, s): 2 values are there more than once',
    ]);
  });
});
