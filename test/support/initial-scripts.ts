import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** The fields of Vite's manifest that are used here: https://vite.dev/guide/backend-integration */
interface Chunk {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  /** Keys of the chunks that this chunk imports statically. */
  imports?: string[];
}

export interface Script {
  file: string;
  gzippedBytes: number;
}

/** The chunk of the most frequently opened page, which its route loads on demand. */
const GALLERY = /gallery-page/;

/**
 * Lists the scripts that a browser loads before the gallery shows anything: the scripts in the HTML page, the entry
 * chunk, the gallery's chunk, and all of their static imports. Reads the manifest that Vite wrote to the folder of
 * the build.
 *
 * @throws Error if the manifest is missing, has no entry, or names a chunk that it does not contain.
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
    if (!chunk) throw new Error(`The manifest imports ${key} but does not contain it.`);
    files.add(chunk.file);
    for (const name of chunk.imports ?? []) if (!wanted.includes(name)) wanted.push(name);
  }
  if (files.size === 0) throw new Error('The manifest has no entry.');
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  for (const [, file = ''] of page.matchAll(/<script[^>]*\ssrc="\/([^"]+)"/g)) files.add(file);
  const scripts = [...files].filter((file) => file.endsWith('.js'));
  return Promise.all(
    scripts.map(async (file) => {
      const compressed = await promisify(gzip)(await readFile(join(folder, file)), { level: 9 });
      return { file, gzippedBytes: compressed.length };
    }),
  );
}

/** @throws Error that lists the scripts, largest first, if their total size exceeds `maxGzippedBytes`. */
export function assertScriptSize(scripts: Script[], maxGzippedBytes: number): void {
  const total = scripts.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0);
  if (total <= maxGzippedBytes) return;
  const list = scripts
    .toSorted((a, b) => b.gzippedBytes - a.gzippedBytes)
    .map(({ file, gzippedBytes }) => `  ${gzippedBytes} ${file}`);
  throw new Error(
    `The gallery initially loads ${total} bytes of scripts (gzipped); the limit is ${maxGzippedBytes}. Load code that is not needed at first on demand.\n${list.join('\n')}`,
  );
}
