import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UniqueViolationError } from '../database.ts';
import { DuckDbDatabase } from './duckdb-database.ts';

/** Databases that their process did not close. */
describe('DuckDbDatabase', () => {
  let dataDir: string;
  let migrationsFolder: string;
  let child: ChildProcessWithoutNullStreams | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imgstream-database-'));
    migrationsFolder = join(dataDir, 'migrations');
    await mkdir(migrationsFolder);
    await writeFile(
      join(migrationsFolder, '0001-notes.sql'),
      'CREATE TABLE notes (id VARCHAR PRIMARY KEY, owner VARCHAR, slug VARCHAR, body VARCHAR, UNIQUE (owner, slug))',
    );
  });

  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  const open = () => DuckDbDatabase.open({ dataDir, migrationsFolder });
  /**
   * Starts a process that opens the database as `database` and runs `body`. Each `print` of the body produces a
   * line.
   */
  const start = (body: string, shell = 'exec "$@"') => {
    const engine = JSON.stringify(new URL('duckdb-database.ts', import.meta.url).href);
    const script = `
      import { writeSync } from 'node:fs';
      const { DuckDbDatabase } = await import(${engine});
      const print = (line) => writeSync(1, line + '\\n');
      const database = await DuckDbDatabase.open(${JSON.stringify({ dataDir, migrationsFolder })});
      ${body}`;
    child = spawn('sh', ['-c', shell, 'sh', process.execPath, '--input-type=module', '--eval', script]);
    return { child, lines: createInterface({ input: child.stdout }) };
  };

  it('has every acknowledged write, and intact keys, after its process was killed', async () => {
    const acknowledged = new Set<string>();
    for (const round of [1, 2]) {
      const { child, lines } = start(`
        const add = (id) => database
          .write([], (tx) => tx.run("INSERT INTO notes (id, owner, slug) VALUES ($1, 'ann', $1)", [id]))
          .then(() => print(id));
        const again = async (lane) => { for (let n = 0; ; n++) await add('${round}-' + lane + '-' + n); };
        for (let lane = 0; lane < 8; lane++) again(lane);`);
      let here = 0;
      for await (const id of lines) {
        if (id.startsWith(`${round}-`)) acknowledged.add(id);
        if (++here === 400) child.kill('SIGKILL');
      }
    }
    const database = await open();
    const rows = await database.query<{ id: string }>('SELECT id FROM notes');
    const kept = new Set(rows.map(({ id }) => id));
    expect(acknowledged.size).toBeGreaterThanOrEqual(800);
    expect(kept.size).toBe(rows.length);
    expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
    for (const id of [...acknowledged].filter((_id, index) => index % 100 === 0)) {
      const sameId = database.write([], (tx) => tx.run('INSERT INTO notes (id) VALUES ($1)', [id]));
      await expect(sameId).rejects.toThrow(UniqueViolationError);
      const sameSlug = database.write([], (tx) =>
        tx.run("INSERT INTO notes (id, owner, slug) VALUES ($1, 'ann', $2)", [`other ${id}`, id]),
      );
      await expect(sameSlug).rejects.toThrow(UniqueViolationError);
      expect(await database.query('SELECT slug FROM notes WHERE id = $1', [id])).toEqual([{ slug: id }]);
    }
    await database.close();
    const again = await open();
    expect(await again.query('SELECT count(*) AS rows FROM notes')).toEqual([{ rows: rows.length }]);
    await again.close();
  });

  it('has every acknowledged write after its process could no longer write the file', async () => {
    // A file size limit simulates a full disk. It needs no privileges, and makes a checkpoint fail just as fatally.
    const { child, lines } = start(
      `
      const body = () => Array.from({ length: 64 }, () => crypto.randomUUID()).join('');
      const add = (id) => database.write([], (tx) => tx.run(
        "INSERT INTO notes (id, owner, slug, body) SELECT $1 || i, 'ann', $1 || i, $2 || md5(CAST(random() AS VARCHAR)) FROM range(500) AS r (i)",
        [id + '-', body()]));
      const outcome = (promise) => promise.then(() => 'fine', (error) => error.name);
      for (let n = 0; n < 200; n++) {
        try {
          await add('w' + n);
          print('kept w' + n);
        } catch (error) {
          print('refused ' + error.name);
          break;
        }
      }
      print('write ' + await outcome(add('late')));
      print('read ' + await outcome(database.query('SELECT 1 AS n')));
      print('ping ' + await outcome(database.ping()));
      await new Promise((resolve) => setTimeout(resolve, 800));
      print('still ' + await outcome(database.ping()));
      await database.close();
      print('closed ' + await outcome(database.ping()));
      `,
      'ulimit -S -f 40960; exec "$@"',
    );
    const printed: string[] = [];
    const logged: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => logged.push(line));
    for await (const line of lines) printed.push(line);
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    const report = printed.filter((line) => /^(?:refused|write|read|ping|still|closed)/.test(line));
    expect(report).toEqual([
      'refused DatabaseUnavailableError',
      'write DatabaseUnavailableError',
      'read DatabaseUnavailableError',
      'ping DatabaseUnavailableError',
      'still DatabaseUnavailableError',
      'closed DatabaseUnavailableError',
    ]);
    expect(logged.filter((line) => line.includes('Reopening'))).toHaveLength(1);
    const attempts = logged.filter((line) => line.includes('Could not reopen'));
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    expect(attempts.length).toBeLessThan(8);
    const kept = printed.flatMap((line) => (line.startsWith('kept ') ? [line.slice('kept '.length)] : []));
    expect(kept.length).toBeGreaterThan(0);
    const database = await open();
    const rows = await database.query<{ id: string; rows: number }>(
      "SELECT split_part(id, '-', 1) AS id, count(*) AS rows FROM notes GROUP BY split_part(id, '-', 1)",
    );
    const rowsOf = new Map(rows.map(({ id, rows }) => [id, rows]));
    expect(kept.filter((id) => rowsOf.get(id) !== 500)).toEqual([]);
    expect([...rowsOf.values()].every((count) => count === 500)).toBe(true);
    await database.close();
    expect(await readdir(dataDir)).not.toContain('imgstream.duckdb.wal');
  });
});
