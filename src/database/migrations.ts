import { isNativeError } from 'node:util/types';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Logger } from '@nestjs/common';
import type { Transaction } from './database.ts';
import { DatabaseStartError } from './database-start-error.ts';

const log = new Logger('Migrations');

/**
 * One batch of a migration that recomputes data. It must be resumable: it finds the rows that are left, recomputes a bounded
 * number of them, and returns that number; 0 when none is left.
 */
export type MigrationStep = (tx: Transaction) => Promise<number>;

interface MigrationFile {
  /** Numbered from 1, without gaps. */
  id: number;
  name: string;
  /** In hex: of the SQL with LF line endings; of a program, of its name, because its compiled text changes. */
  sha256: string;
}

/** The content of a file `NNNN-name.sql`, or of a module `NNNN-name.ts` that exports a MigrationStep as `step`. */
export type Migration = MigrationFile & ({ sql: string } | { step: MigrationStep });

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
  apply(migration: MigrationFile & { sql: string }): Promise<void>;
  /** Runs a unit of work in a transaction; only one process at a time. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** True if an instance of the previous release may start while the next release has already migrated. */
  readonly acceptsNewer: boolean;
}

const FILE_NAME = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.(?:sql|ts|js)$/;
const OTHER_FILE = /\.(?:d|spec)\.ts$/;

/** A migration that removes what the previous release uses. All others only add. */
const CONTRACT = /^contract-/;

/**
 * Applies the migrations of a folder that the database does not have yet, in order.
 * @returns the number of migrations applied.
 * @throws DatabaseStartError if the folder is invalid, the database does not match it, or a migration fails.
 */
export async function migrate(folder: string, target: MigrationTarget): Promise<number> {
  const migrations = await readMigrations(folder);
  const applied = await target.applied();
  const pending = pendingMigrations(migrations, applied, target.acceptsNewer);
  for (const migration of pending) {
    try {
      await ('sql' in migration ? target.apply(migration) : recompute(migration, migration.step, target));
    } catch (error) {
      throw new DatabaseStartError(
        `Migration ${label(migration)} failed and was rolled back: ${isNativeError(error) ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
  return pending.length;
}

/** Runs the batches of a migration and records it after the last one. Progress is in the rows themselves. */
async function recompute(
  migration: MigrationFile,
  step: MigrationStep,
  target: MigrationTarget,
): Promise<void> {
  let rows = 0;
  for (;;) {
    const recomputed = await target.transact(step);
    if (recomputed === 0) break;
    rows += recomputed;
    log.log(`Migration ${label(migration)} has recomputed ${rows} rows.`);
  }
  await target.transact(async (tx) => {
    await tx.run(
      `INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
      [migration.id, migration.name, migration.sha256, new Date()],
    );
  });
}

/**
 * Reads the migrations of a folder, ordered by number.
 * @throws DatabaseStartError if a .sql file is misnamed, or a number is missing or used twice.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter(
    (file) => /\.(sql|ts|js)$/.test(file) && !OTHER_FILE.test(file),
  );
  const migrations = await Promise.all(files.toSorted().map((file) => readMigration(folder, file)));
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

async function readMigration(folder: string, file: string): Promise<Migration> {
  const [, number, name] = FILE_NAME.exec(file) ?? [];
  if (!number || !name)
    throw new DatabaseStartError(`${join(folder, file)} is not named like 0001-add-albums.sql.`);
  const id = Number(number);
  if (!file.endsWith('.sql')) {
    const { step }: { step: MigrationStep } = await import(pathToFileURL(join(folder, file)).href);
    return { id, name, step, sha256: sha256Of(`${number}-${name}`) };
  }
  // Git may check the file out with CRLF line endings. The hash must not depend on that.
  const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
  return { id, name, sql, sha256: sha256Of(sql) };
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Returns the migrations that a database still needs.
 * @param acceptsNewer accepts migrations that this program does not have, unless one of them removes what it uses
 * @throws DatabaseStartError if the database has a migration that the program does not have, that differs from the
 * program's, or that follows one the database lacks.
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
  acceptsNewer = false,
): Migration[] {
  const inOrder = applied.toSorted((a, b) => a.id - b.id);
  inOrder.forEach((row, index) => {
    const migration = migrations[index];
    if (!migration) {
      if (acceptsNewer && !CONTRACT.test(row.name)) return;
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
