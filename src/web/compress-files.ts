import { MIB } from '../config/units.ts';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Extensions of text files. Images and fonts are already compressed. */
const TEXT = new Set(['.css', '.html', '.js', '.json', '.map', '.mjs', '.svg', '.txt', '.webmanifest']);

/** Smaller files are not compressed, because their response fits into one network packet anyway. */
const MIN_BYTES = 1024;

/** Larger files use a lower quality: the best takes about 2 s per million bytes and saves only a few percent. */
const LARGE_BYTES = MIB;
const LARGE_QUALITY = 9;

/**
 * Writes a `.br` and a `.gz` file next to each text file in a folder and its subfolders, so that the service does
 * not have to compress responses. Omits compressed files that are not smaller. Ignores a missing folder.
 */
export async function compressFiles(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !TEXT.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (bytes.length < MIN_BYTES) continue;
    const quality = bytes.length > LARGE_BYTES ? LARGE_QUALITY : constants.BROTLI_MAX_QUALITY;
    const [brotli, gzipped] = await Promise.all([
      compressBrotli(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: quality,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
      compressGzip(bytes, { level: constants.Z_BEST_COMPRESSION }),
    ]);
    if (brotli.length < bytes.length) await writeFile(`${path}.br`, brotli);
    if (gzipped.length < bytes.length) await writeFile(`${path}.gz`, gzipped);
  }
}
