import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseStartError } from './database-start-error.ts';
import { migrate, pendingMigrations, readMigrations } from './migrations.ts';
import type { AppliedMigration, Migration } from './migrations.ts';

const numbered = (id: number): Migration => ({ id, name: `m${id}`, sql: '', sha256: `hash of ${id}` });

describe('Migrations', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgstream-migrations-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = (name: string, sql = `-- ${name}`) => writeFile(join(folder, name), sql);

  describe('in a folder', () => {
    it('are read in numerical order, each with its text and its hash', async () => {
      await put('0002-add-albums.sql', 'CREATE TABLE albums (id VARCHAR);');
      await put('0001-initial.sql', 'abc');
      await put('notes.md');
      expect(await readMigrations(folder)).toEqual([
        {
          id: 1,
          name: 'initial',
          sql: 'abc',
          sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        },
        { id: 2, name: 'add-albums', sql: 'CREATE TABLE albums (id VARCHAR);', sha256: expect.any(String) },
      ]);
    });

    it('have the same hash with CRLF line endings', async () => {
      await put('0001-initial.sql', 'SELECT 1;\r\nSELECT 2;\r\n');
      const [windows] = await readMigrations(folder);
      await put('0001-initial.sql', 'SELECT 1;\nSELECT 2;\n');
      expect((await readMigrations(folder))[0]).toEqual(windows);
    });

    it.each([
      ['does not start at 0001', ['0002-a.sql'], 'expected 0001-*, found 0002-a'],
      ['has a gap', ['0001-a.sql', '0003-c.sql'], 'expected 0002-*, found 0003-c'],
      ['has a number twice', ['0001-a.sql', '0001-b.sql'], 'expected 0002-*, found 0001-b'],
      ['has a misnamed file', ['0001-a.sql', '2-b.sql'], '2-b.sql is not named like'],
      ['has a name with capitals', ['0001-Initial.sql'], '0001-Initial.sql is not named like'],
    ])('are refused if the folder %s', async (_case, files, message) => {
      for (const file of files) await put(file);
      const reading = readMigrations(folder);
      await expect(reading).rejects.toThrow(DatabaseStartError);
      await expect(reading).rejects.toThrow(message);
    });
  });

  describe('pending for a database', () => {
    const [one, two, three, four] = [numbered(1), numbered(2), numbered(3), numbered(4)];
    const pending = (...applied: AppliedMigration[]) =>
      pendingMigrations([one, two, three], applied).map(({ id }) => id);

    it('are those after the ones it has', () => {
      expect(pending()).toEqual([1, 2, 3]);
      expect(pending(one)).toEqual([2, 3]);
      expect(pending(two, one)).toEqual([3]);
      expect(pending(one, two, three)).toEqual([]);
    });

    it.each<[string, AppliedMigration[], RegExp]>([
      ['is newer than the program', [one, two, three, four], /newer than this program.*0004-m4/],
      ['lacks one between two others', [one, three], /has migration 0003-m3 but not 0002-m2/],
      ['has one with a different text', [one, { ...two, sha256: 'other' }], /0002-m2 differs from 0002-m2/],
      ['has one with a different name', [one, { ...two, name: 'zwei' }], /0002-m2 differs from 0002-zwei/],
    ])('are refused if the database %s', (_case, applied, message) => {
      expect(() => pending(...applied)).toThrow(DatabaseStartError);
      expect(() => pending(...applied)).toThrow(message);
    });
  });

  describe('when they are applied', () => {
    it('run in order, each once, and stop after one that fails', async () => {
      for (const name of ['0001-a.sql', '0002-b.sql', '0003-c.sql', '0004-d.sql']) await put(name);
      const applied: AppliedMigration[] = [];
      const target = (failing?: number) => ({
        acceptsNewer: false,
        transact: () => Promise.reject(new Error('These migrations recompute nothing.')),
        applied: async () => applied,
        apply: async (migration: Migration) => {
          if (migration.id === failing) throw new Error('no such table');
          applied.push(migration);
        },
      });
      await expect(migrate(folder, target(3))).rejects.toThrow(
        'Migration 0003-c failed and was rolled back: no such table',
      );
      expect(applied.map(({ id }) => id)).toEqual([1, 2]);
      expect(await migrate(folder, target())).toBe(2);
      expect(applied.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
      expect(await migrate(folder, target())).toBe(0);
    });
  });
});
