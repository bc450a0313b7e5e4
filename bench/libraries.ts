import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Library } from './seed-sql.ts';
import { CACHE, freshFolder } from './service.ts';

const SEED = [
  'seed.ts',
  'seed-sql.ts',
  'seed-values.ts',
  '../src/search/folding.ts',
  '../src/search/search-text.ts',
];
const MIGRATIONS = ['duckdb', 'postgres'].map((engine) =>
  join(import.meta.dirname, `../src/database/${engine}/migrations`),
);
const FILE = 'imgstream.duckdb';

/**
 * Returns a new data folder with a library, whose photos are rows without objects. The library is seeded once per
 * edition and then copied.
 */
export async function libraryFolder(library: Library, log: (line: string) => void): Promise<string> {
  const cached = await cachedLibrary(library, log);
  const folder = await freshFolder();
  await copyFile(join(cached, FILE), join(folder, FILE));
  return folder;
}

/** Returns the cached folder of a library, which must not be changed. */
export async function cachedLibrary(library: Library, log: (line: string) => void): Promise<string> {
  const { photos, users, onlyFirst } = library;
  const name = `${photos}-of-${users}${onlyFirst ? '-first' : ''}-${await edition()}`;
  const cached = join(CACHE, 'libraries', name);
  if (!existsSync(join(cached, FILE))) {
    log(`seeding ${photos} photos; users: ${users}${onlyFirst ? ', only the first one' : ''}`);
    await mkdir(join(CACHE, 'libraries'), { recursive: true });
    await promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'seed.ts'),
      cached,
      JSON.stringify(library),
    ]);
  }
  return cached;
}

/** A hash of the code and migrations that determine the rows and tables. */
async function edition(): Promise<string> {
  const folders = await Promise.all(
    MIGRATIONS.map(async (folder) => (await readdir(folder)).toSorted().map((file) => join(folder, file))),
  );
  const migrations = folders.flat();
  const files = [...SEED.map((file) => join(import.meta.dirname, file)), ...migrations];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
