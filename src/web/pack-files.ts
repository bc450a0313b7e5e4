import { MIB } from '../config/units.ts';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const packBrotli = promisify(brotliCompress);
const packGzip = promisify(gzip);

/** Text; pictures and fonts are packed already. */
const TEXT = new Set(['.css', '.html', '.js', '.json', '.map', '.mjs', '.svg', '.txt', '.webmanifest']);

/** An answer of one packet gets no shorter. */
const WORTH_BYTES = 1024;

/** The best quality takes some 2 s for each million bytes, for a few per cent. */
const LARGE_BYTES = MIB;
const LARGE_QUALITY = 9;

/**
 * Writes `.br` and `.gz` beside each file of text in a folder and its folders, once for all answers. A packing that is no
 * shorter is left out. Nothing where there is no such folder.
 */
export async function packFiles(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !TEXT.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (bytes.length < WORTH_BYTES) continue;
    const quality = bytes.length > LARGE_BYTES ? LARGE_QUALITY : constants.BROTLI_MAX_QUALITY;
    const [brotli, gzipped] = await Promise.all([
      packBrotli(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: quality,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
      packGzip(bytes, { level: constants.Z_BEST_COMPRESSION }),
    ]);
    if (brotli.length < bytes.length) await writeFile(`${path}.br`, brotli);
    if (gzipped.length < bytes.length) await writeFile(`${path}.gz`, gzipped);
  }
}
