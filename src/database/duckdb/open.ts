import { isNativeError } from 'node:util/types';
import { mkdir, realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import { DatabaseStartError } from '../database-start-error.ts';

/**
 * DuckDB's memory for tables and results; the rest spills to the temporary folder. DuckDB's default is 80 % of the
 * machine's memory.
 */
const MEMORY_LIMIT = '512MiB';
/** Maximum size of the temporary folder. A statement that needs more fails. */
const TEMP_LIMIT = '4GiB';
const MAX_THREADS = 8;

/**
 * Files open in this process. DuckDB would open the same file twice. Closing either instance would then release the
 * lock that keeps other processes out, because an fcntl lock belongs to the process and ends when any handle is
 * closed.
 */
const openFiles = new Set<string>();

/**
 * Opens or creates the database file with fixed settings, and locks it for this process until `closeFile`. Until
 * then no other code in the process may open the file, not even for reading, because closing it would release the
 * lock.
 * @throws DatabaseStartError if the file is in use, damaged, inaccessible or written by a newer DuckDB. It is not
 * changed.
 */
export async function openFile(file: string, tempFolder: string): Promise<DuckDBInstance> {
  await makeFolders(dirname(file), tempFolder);
  const key = await keyOf(file);
  if (openFiles.has(key)) {
    throw new DatabaseStartError(`${file} is already open in this process. Close it first.`);
  }
  openFiles.add(key);
  try {
    return await create(file, tempFolder);
  } catch (error) {
    openFiles.delete(key);
    throw explain(file, error);
  }
}

/** Closes a file opened by `openFile`. All connections must be closed before. */
export async function closeFile(file: string, instance: DuckDBInstance): Promise<void> {
  instance.closeSync();
  openFiles.delete(await keyOf(file));
}

/** Converts an error of the file to one with advice for the operator. */
export function explain(file: string, error: unknown): DatabaseStartError {
  if (error instanceof DatabaseStartError) {
    return error.message.includes(file)
      ? error
      : new DatabaseStartError(`${file}: ${error.message}`, { cause: error });
  }
  const [reason = ''] = (isNativeError(error) ? error.message : String(error)).split('\n');
  return new DatabaseStartError(`${advise(file, reason)}\n(DuckDB ${version()}: ${reason})`, {
    cause: error,
  });
}

const RESTORE =
  'It was not changed. Restore a backup (the .duckdb file, and the .wal file beside it if the backup has one). ' +
  'Without a backup, move the damaged file away and start with RECOVER_DATABASE=true, which recreates the photos from ' +
  'their originals.';

function advise(file: string, reason: string): string {
  const [, pid] = /Conflicting lock is held in .*\(PID (\d+)\)/.exec(reason) ?? [];
  if (pid || reason.includes('Could not set lock')) {
    return (
      `${file} is in use by another process${pid ? ` (${pid})` : ''}. Only one process can use a database file: ` +
      'stop that process, or set another DATA_DIR for this one.'
    );
  }
  if (/version number \d+, but we can only read/.test(reason)) {
    return `${file} was written by a newer version. Run the release that wrote it, or restore a backup made before the upgrade.`;
  }
  if (/No space left|File too large|Disk quota|max_temp_directory_size|Could not write/.test(reason)) {
    return `${file} could not be written. Free space on its disk, then start again.`;
  }
  if (/Permission denied|Read-only file system|Operation not permitted|Is a directory/.test(reason)) {
    return `${file} cannot be opened. Give the user that runs this program read and write access to it and its folder.`;
  }
  // An error found while the log is replayed names both the file and the WAL.
  const isFile = reason.includes('Corrupt database file');
  if (/WAL/.test(reason) && !isFile) return `${file}.wal is damaged, or belongs to another file. ${RESTORE}`;
  if (
    /not a valid DuckDB|Corrupt|checksum|Could not read|Serialization|Failed to load metadata|INTERNAL/.test(
      reason,
    )
  ) {
    return `${file} is damaged. ${RESTORE}`;
  }
  return `${file} could not be opened.`;
}

async function create(file: string, tempFolder: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(file, {
    memory_limit: MEMORY_LIMIT,
    threads: String(Math.min(Math.max(availableParallelism(), 2), MAX_THREADS)),
    temp_directory: tempFolder,
    max_temp_directory_size: TEMP_LIMIT,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    enable_external_access: 'false',
    // No automatic checkpoints: one that fails invalidates the whole database, and it would run inside the COMMIT
    // of a write. The Checkpointer makes them instead.
    checkpoint_threshold: '1TB',
    // The same order of nulls as in PostgreSQL.
    default_null_order: 'postgres',
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    // Allows a damaged file to be closed without changing it.
    await connection.run('PRAGMA disable_checkpoint_on_shutdown');
    await connection.run('SET lock_configuration = true');
  } finally {
    connection.closeSync();
  }
  return instance;
}

async function makeFolders(...folders: string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw new DatabaseStartError(
        `The folder ${folder} could not be created. Give the user that runs this program write access, or set DATA_DIR.`,
        { cause: error },
      );
    }
  }
}

/** Returns a key that is the same for every spelling of the path. Also works before the file exists. */
async function keyOf(file: string): Promise<string> {
  return join(await realpath(dirname(file)), basename(file));
}
