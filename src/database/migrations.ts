import { isNativeError } from 'node:util/types';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseStartError } from './database-start-error.ts';

/** The content of a file `NNNN-name.sql`. */
export interface Migration {
  /** Numbered from 1, without gaps. */
  id: number;
  name: string;
  sql: string;
  /** Hash of `sql`, which has LF line endings; in hex. */
  sha256: string;
}

/** A row of the table `schema_migrations`. */
export interface AppliedMigration {
  id: number;
  name: string;
  sha256: string;
}

/** The operations that `migrate` needs from an engine. */
export interface MigrationTarget {
  /** Returns the rows of `schema_migrations`. Creates the table if it does not exist. */
  applied(): Promise<AppliedMigration[]>;
  /** Runs the statements of a migration and records it, in one transaction. */
  apply(migration: Migration): Promise<void>;
}

const FILE_NAME = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;

/**
 * Applies the migrations of a folder that the database does not have yet, in order.
 * @returns the number of migrations applied.
 * @throws DatabaseStartError if the folder is invalid, the database does not match it, or a migration fails.
 */
export async function migrate(folder: string, target: MigrationTarget): Promise<number> {
  const migrations = await readMigrations(folder);
  const pending = pendingMigrations(migrations, await target.applied());
  for (const migration of pending) {
    try {
      await target.apply(migration);
    } catch (error) {
      throw new DatabaseStartError(
        `Migration ${label(migration)} failed and was rolled back: ${isNativeError(error) ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
  return pending.length;
}

/**
 * Reads the migrations of a folder, ordered by number.
 * @throws DatabaseStartError if a .sql file is misnamed, or a number is missing or used twice.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, number, name] = FILE_NAME.exec(file) ?? [];
      if (!number || !name) {
        throw new DatabaseStartError(`${join(folder, file)} is not named like 0001-add-albums.sql.`);
      }
      // Git may check the file out with CRLF line endings. The hash must not depend on that.
      const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { id: Number(number), name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
  migrations.forEach((migration, index) => {
    if (migration.id !== index + 1) {
      throw new DatabaseStartError(
        `The migrations in ${folder} must be numbered from 0001 without gaps or duplicates: ` +
          `expected ${label({ ...migration, id: index + 1, name: '*' })}, found ${label(migration)}.`,
      );
    }
  });
  return migrations;
}

/**
 * Returns the migrations that a database still needs.
 * @throws DatabaseStartError if the database has a migration that the program does not have, that differs from the
 * program's, or that follows one the database lacks.
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
        `The database is newer than this program: it has migration ${label(row)}, but the program has only ` +
          `${migrations.length} migrations. Run the newer release, or restore the backup made before the upgrade.`,
      );
    }
    if (row.id !== migration.id) {
      throw new DatabaseStartError(
        `The database has migration ${label(row)} but not ${label(migration)}, which precedes it. Restore a backup.`,
      );
    }
    if (row.sha256 !== migration.sha256 || row.name !== migration.name) {
      throw new DatabaseStartError(
        `Migration ${label(migration)} differs from ${label(row)}, which was applied to this database. An applied ` +
          `migration must not change; add a new one instead. Run the release that this database belongs to.`,
      );
    }
  });
  return migrations.slice(inOrder.length);
}

function label({ id, name }: { id: number; name: string }): string {
  return `${String(id).padStart(4, '0')}-${name}`;
}
