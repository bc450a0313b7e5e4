import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** What is read of Vite's manifest: https://vite.dev/guide/backend-integration */
interface Chunk {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  /** Keys of the chunks that are loaded with it. */
  imports?: string[];
}

export interface Script {
  file: string;
  gzippedBytes: number;
}

/** The page that is opened the most, which is loaded by its route; parts of it are loaded later. */
const GALLERY = /gallery-page/;

/**
 * The scripts that a browser loads before the gallery shows anything: those that the page names, the entry, what is loaded
 * for the gallery, and what those import, by the manifest that Vite left in a built folder.
 */
export async function initialScripts(folder: string): Promise<Script[]> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;
  const wanted = Object.keys(manifest).filter((key) => {
    const { isEntry, isDynamicEntry } = manifest[key] as Chunk;
    return isEntry || (isDynamicEntry && GALLERY.test(key));
  });
  const files = new Set<string>();
  for (const key of wanted) {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`The manifest names ${key}, and has no such chunk.`);
    files.add(chunk.file);
    for (const name of chunk.imports ?? []) if (!wanted.includes(name)) wanted.push(name);
  }
  if (files.size === 0) throw new Error('The manifest has no entry.');
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  for (const [, file = ''] of page.matchAll(/<script[^>]*\ssrc="\/([^"]+)"/g)) files.add(file);
  const scripts = [...files].filter((file) => file.endsWith('.js'));
  return Promise.all(
    scripts.map(async (file) => {
      const packed = await promisify(gzip)(await readFile(join(folder, file)), { level: 9 });
      return { file, gzippedBytes: packed.length };
    }),
  );
}

/** @throws an Error that names the scripts, the largest first, where they have more bytes than allowed. */
export function assertSmall(scripts: Script[], maxGzippedBytes: number): void {
  const total = scripts.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0);
  if (total <= maxGzippedBytes) return;
  const list = scripts
    .toSorted((a, b) => b.gzippedBytes - a.gzippedBytes)
    .map(({ file, gzippedBytes }) => `  ${gzippedBytes} ${file}`);
  throw new Error(
    `The gallery begins with ${total} bytes of script, gzipped, where ${maxGzippedBytes} are allowed: load what it does not need at first when it is needed.\n${list.join('\n')}`,
  );
}
