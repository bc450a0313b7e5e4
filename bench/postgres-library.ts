import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { LocalPostgres } from '../test/support/postgres/local-postgres.ts';
import { CACHE } from './service.ts';

/**
 * Runs `use` with the URL of a PostgreSQL database that has the rows of a library, copied once per edition. The server has
 * its default settings, except that it listens on a free port of loopback.
 * @param library the cached folder of the library's DuckDB file
 */
export async function withPostgresLibrary<T>(
  library: string,
  log: (line: string) => void,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const folder = join(CACHE, 'postgres', basename(library));
  const server = await LocalPostgres.start({ folder, durable: true });
  try {
    if (!(await server.hasDatabase('library'))) {
      log('copying the library to PostgreSQL');
      const url = await server.createDatabase('part');
      await promisify(execFile)(process.execPath, [
        join(import.meta.dirname, 'copy-library.ts'),
        library,
        url,
      ]);
      await server.query('ALTER DATABASE part RENAME TO library');
    }
    return await use(server.url('library'));
  } finally {
    await server.stop();
  }
}
