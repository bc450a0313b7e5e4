import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** Content codings (RFC 9110, 8.4.1), the one that takes the least first, and what each adds to a file's name. */
export const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

export type Coding = (typeof CODINGS)[number][0];

/** Bytes that are sent. */
export interface Representation {
  bytes: Buffer;
  /** Strong, with its quotes: the same only for the same bytes. */
  etag: string;
}

export interface BuiltFile extends Representation {
  /** With the dot. */
  extension: string;
  /** As `packFiles` left them beside the file. */
  packed: Partial<Record<Coding, Representation>>;
}

/**
 * The files of a build by their paths from its root: `/index.html`, `/assets/main-4f2a.js`. Names that begin with a dot are
 * for the build itself and left out. Empty where there is no such folder.
 *
 * They are few and small, and are kept in memory: a build that is made while they are served is not mixed with them. Tags
 * are of the content: two builds of the same second can have an index.html of the same length.
 */
export async function readBuiltFiles(folder: string): Promise<Map<string, BuiltFile>> {
  const all = new Map<string, Representation>();
  for (const path of await pathsIn(folder)) {
    const bytes = await readFile(join(folder, path));
    const digest = createHash('sha256').update(bytes).digest('base64url');
    all.set(`/${path.split(sep).join('/')}`, { bytes, etag: `"${digest.slice(0, 22)}"` });
  }
  const files = new Map<string, BuiltFile>();
  for (const [url, representation] of all) {
    if (isPacked(url, all)) continue;
    const packed: BuiltFile['packed'] = {};
    for (const [coding, suffix] of CODINGS) {
      const bytes = all.get(url + suffix);
      if (bytes) packed[coding] = bytes;
    }
    files.set(url, { ...representation, extension: extname(url), packed });
  }
  return files;
}

function isPacked(url: string, all: ReadonlyMap<string, unknown>): boolean {
  return CODINGS.some(([, suffix]) => url.endsWith(suffix) && all.has(url.slice(0, -suffix.length)));
}

/** Relative to the folder, those in its folders too. */
async function pathsIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).some((name) => name.startsWith('.')));
}
