import { copyFile, link, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDbDatabase } from '../../src/database/duckdb/duckdb-database.ts';
import { LIST, type MadeThumbnail } from './thumbnails.ts';

// Gives each photo of a library one of the generated thumbnails, with its placeholder and size. Photos with the same
// thumbnail share one file through hard links. This is a separate program, because only one process can open
// the database file. Usage: fill.ts DATA_DIR THUMBNAILS

/** Number of links created concurrently. */
const BATCH = 1_000;

async function fill(dataDir: string, thumbnails: string): Promise<void> {
  const list: MadeThumbnail[] = JSON.parse(await readFile(join(thumbnails, LIST), 'utf8'));
  const objects = join(dataDir, 'objects');
  const made = join(dataDir, 'made');
  await mkdir(made);
  for (const { file } of list) await copyFile(join(thumbnails, file), join(made, file));
  const files = new Map<string, string>();
  const database = await DuckDbDatabase.open({ dataDir, writeLimitMs: 600_000, readLimitMs: 600_000 });
  try {
    await database.write([], (tx) =>
      tx.run(
        `UPDATE photos SET thumbhash = made.thumbhash, thumbnail_bytes = made.bytes
         FROM (VALUES ${rows(list)}) AS made(portrait, number, shared, thumbhash, bytes)
         WHERE (height > width) = portrait AND hash(id) % shared = number`,
      ),
    );
    const keys = await database.query<{ key: string; portrait: boolean; number: number }>(
      `SELECT thumbnail_path AS key, height > width AS portrait,
         CAST(hash(id) % CASE WHEN height > width THEN ${count(list, true)} ELSE ${count(list, false)} END AS INTEGER) AS number FROM photos`,
    );
    for (const { key, portrait, number } of keys)
      files.set(key, list.filter(({ isPortrait }) => isPortrait === portrait)[number]?.file ?? '');
  } finally {
    await database.close();
  }
  for (const folder of new Set([...files.keys()].map((key) => dirname(key))))
    await mkdir(join(objects, folder), { recursive: true });
  const links = [...files];
  for (let from = 0; from < links.length; from += BATCH)
    await Promise.all(
      links.slice(from, from + BATCH).map(([key, file]) => link(join(made, file), join(objects, key))),
    );
}

function count(list: readonly MadeThumbnail[], portrait: boolean): number {
  return list.filter(({ isPortrait }) => isPortrait === portrait).length;
}

function rows(list: readonly MadeThumbnail[]): string {
  const numbers = { true: 0, false: 0 };
  return list
    .map(({ isPortrait, thumbhash, bytes }) => {
      const number = numbers[`${isPortrait}`]++;
      return `(${isPortrait}, ${number}, ${count(list, isPortrait)}, '${thumbhash}', ${bytes})`;
    })
    .join(', ');
}

const [dataDir = '', thumbnails = ''] = process.argv.slice(2);
await fill(dataDir, thumbnails);
