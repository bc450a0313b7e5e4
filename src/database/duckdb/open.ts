import { isNativeError } from 'node:util/types';
import { mkdir, realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import { DatabaseStartError } from '../database-start-error.ts';

/** What DuckDB may hold of tables and results; more goes to the temporary folder. Its own default is 80 % of the machine. */
const MEMORY_LIMIT = '512MiB';
/** Of the temporary folder; a statement that needs more fails. */
const TEMP_LIMIT = '4GiB';
const MAX_THREADS = 8;

/**
 * Files open in this process. DuckDB would open one twice, and when either was closed the kernel would drop the lock that
 * keeps other processes out (fcntl locks belong to a process and end with the first close).
 */
const openFiles = new Set<string>();

/**
 * Opens or makes the database file with the settings it is always run with. The file is this process's alone until
 * `closeFile`; nothing else in the process may open it meanwhile, not even to read, or its lock is gone.
 * @throws DatabaseStartError where the file is in use, damaged, of a newer DuckDB or not to be reached; it is left as it was.
 */
export async function openFile(file: string, tempFolder: string): Promise<DuckDBInstance> {
  await makeFolders(dirname(file), tempFolder);
  const key = await claimKey(file);
  if (openFiles.has(key)) {
    throw new DatabaseStartError(`${file} is open in this process already. Close that database first.`);
  }
  openFiles.add(key);
  try {
    return await create(file, tempFolder);
  } catch (error) {
    openFiles.delete(key);
    throw explain(file, error);
  }
}

/** Closes what `openFile` opened; every connection is closed before. */
export async function closeFile(file: string, instance: DuckDBInstance): Promise<void> {
  instance.closeSync();
  openFiles.delete(await claimKey(file));
}

/** What an operator is told about an error of the file. */
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
  'It was left as it is. Restore a backup (the .duckdb file, and the .wal file beside it if the backup has one). ' +
  'Without one, move away what is damaged and start with RECOVER_DATABASE=true: photos are made again from their originals.';

function advise(file: string, reason: string): string {
  const [, pid] = /Conflicting lock is held in .*\(PID (\d+)\)/.exec(reason) ?? [];
  if (pid || reason.includes('Could not set lock')) {
    return (
      `${file} is in use by another process${pid ? ` (${pid})` : ''}. A database file belongs to one process: stop that ` +
      'one, or give this one a DATA_DIR of its own.'
    );
  }
  if (/version number \d+, but we can only read/.test(reason)) {
    return `${file} was written by a newer version. Run the release that wrote it, or restore a backup made before the upgrade.`;
  }
  if (/No space left|File too large|Disk quota|max_temp_directory_size|Could not write/.test(reason)) {
    return `${file} could not be written: make room on its disk, and start again.`;
  }
  if (/Permission denied|Read-only file system|Operation not permitted|Is a directory/.test(reason)) {
    return `${file} may not be opened: let the user that runs this program read and write it and its folder.`;
  }
  // In a log that is being replayed both are named.
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
    // A checkpoint that fails stops the whole database. The engine makes them itself, and not inside somebody's COMMIT.
    checkpoint_threshold: '1TB',
    // As PostgreSQL orders nulls.
    default_null_order: 'postgres',
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    // So that a file found to be at fault can be closed without a change to it.
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
        `The folder ${folder} could not be made: let the user that runs this program write there, or set DATA_DIR.`,
        { cause: error },
      );
    }
  }
}

/** The same for every way to write the path, also before the file exists. */
async function claimKey(file: string): Promise<string> {
  return join(await realpath(dirname(file)), basename(file));
}
