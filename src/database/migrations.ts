import { isNativeError } from 'node:util/types';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseStartError } from './database-start-error.ts';

/** A file `NNNN-name.sql`. */
export interface Migration {
  /** From 1, without gaps. */
  id: number;
  name: string;
  sql: string;
  /** Of the text with LF line ends, in hex. */
  sha256: string;
}

/** A row of the table `schema_migrations`. */
export interface AppliedMigration {
  id: number;
  name: string;
  sha256: string;
}

/** What an engine does for `migrate`. */
export interface MigrationTarget {
  /** The rows of `schema_migrations`; makes the table where there is none. */
  applied(): Promise<AppliedMigration[]>;
  /** Runs the statements of a migration and records it, both or neither. */
  apply(migration: Migration): Promise<void>;
}

const FILE_NAME = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;

/**
 * Brings a database to the newest migration of a folder, each applied once and in order.
 * @returns how many were applied.
 * @throws DatabaseStartError where the folder or the database is not what it must be, or a migration fails.
 */
export async function migrate(folder: string, target: MigrationTarget): Promise<number> {
  const migrations = await readMigrations(folder);
  const pending = pendingMigrations(migrations, await target.applied());
  for (const migration of pending) {
    try {
      await target.apply(migration);
    } catch (error) {
      throw new DatabaseStartError(
        `Migration ${label(migration)} failed and changed nothing: ${isNativeError(error) ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
  return pending.length;
}

/**
 * The migrations of a folder by number.
 * @throws DatabaseStartError for a .sql file of another name, a number that is missing or there twice.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, number, name] = FILE_NAME.exec(file) ?? [];
      if (!number || !name) {
        throw new DatabaseStartError(`${join(folder, file)} is not named like 0001-add-albums.sql.`);
      }
      // Git may have given the file CRLF line ends; that is no change of the migration.
      const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { id: Number(number), name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
  migrations.forEach((migration, index) => {
    if (migration.id !== index + 1) {
      throw new DatabaseStartError(
        `The migrations in ${folder} must be numbered from 0001 without gaps or doubles; ` +
          `${label({ ...migration, id: index + 1, name: '*' })} is expected where ${label(migration)} is.`,
      );
    }
  });
  return migrations;
}

/**
 * The migrations that a database still needs.
 * @throws DatabaseStartError where the database has one that is not among them, is not the same, or lacks one before it.
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const inOrder = applied.toSorted((a, b) => a.id - b.id);
  inOrder.forEach((row, index) => {
    const migration = migrations[index];
    if (!migration) {
      throw new DatabaseStartError(
        `The database is newer than this program: it has migration ${label(row)}, the program knows ` +
          `${migrations.length}. Run the newer release, or restore the backup made before the upgrade.`,
      );
    }
    if (row.id !== migration.id) {
      throw new DatabaseStartError(
        `The database has migration ${label(row)} but not ${label(migration)} before it. Restore a backup.`,
      );
    }
    if (row.sha256 !== migration.sha256 || row.name !== migration.name) {
      throw new DatabaseStartError(
        `Migration ${label(migration)} is not what was applied to this database as ${label(row)}: an applied file is ` +
          `never changed, a new one is added. Run the release that this database belongs to.`,
      );
    }
  });
  return migrations.slice(inOrder.length);
}

function label({ id, name }: { id: number; name: string }): string {
  return `${String(id).padStart(4, '0')}-${name}`;
}
