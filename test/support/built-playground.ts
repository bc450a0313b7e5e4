import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = join(ROOT, 'web/playground');
const BUILT = join(ROOT, 'dist/playground');

/** Returns the time of a file's last change in milliseconds since the epoch; 0 if the file does not exist. */
async function changed(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? 0;
}

async function isFresh(): Promise<boolean> {
  const sources = await readdir(SOURCE, { recursive: true });
  const paths = [...sources.map((name) => join(SOURCE, name)), join(ROOT, 'package-lock.json')];
  return (await changed(join(BUILT, 'index.html'))) > Math.max(...(await Promise.all(paths.map(changed))));
}

/** Builds the playground to dist/playground, unless the existing build is newer than its sources. */
export async function buildPlayground(): Promise<void> {
  if (await isFresh()) return;
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'dist/playground-'));
  // Uses a separate process, because under jest's NODE_ENV=test Vite would bundle React's development build.
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const options = ['build', SOURCE, '--outDir', folder, '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, [vite, ...options], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  // Builds to a temporary folder and then renames it, so that no incomplete build is served.
  await rm(BUILT, { recursive: true, force: true });
  await rename(folder, BUILT);
}
