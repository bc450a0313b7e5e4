import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** Content codings (RFC 9110, 8.4.1) with the suffix of their files. The coding with the smallest result is first. */
export const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

export type Coding = (typeof CODINGS)[number][0];

/** Bytes of a response body. */
export interface Representation {
  bytes: Buffer;
  /** Strong ETag, including the quotes. */
  etag: string;
}

export interface BuiltFile extends Representation {
  /** Filename extension, with the dot. */
  extension: string;
  /** Compressed versions, written by `compressFiles`. */
  compressed: Partial<Record<Coding, Representation>>;
}

/**
 * Reads the files of a build, by their paths from its root: `/index.html`, `/assets/main-4f2a.js`. Files whose path
 * has a component that begins with a dot are used only by the build and are ignored. The map is empty if the folder
 * is missing.
 *
 * The files are few and small, and are stored in memory so that a build in progress does not mix old and new files.
 * ETags are computed from the content, because two builds within one second can produce files of the same length.
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
    if (isCompressed(url, all)) continue;
    const compressed: BuiltFile['compressed'] = {};
    for (const [coding, suffix] of CODINGS) {
      const bytes = all.get(url + suffix);
      if (bytes) compressed[coding] = bytes;
    }
    files.set(url, { ...representation, extension: extname(url), compressed });
  }
  return files;
}

function isCompressed(url: string, all: ReadonlyMap<string, unknown>): boolean {
  return CODINGS.some(([, suffix]) => url.endsWith(suffix) && all.has(url.slice(0, -suffix.length)));
}

/** Paths of the files in the folder and its subfolders, relative to the folder. */
async function pathsIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).some((name) => name.startsWith('.')));
}
