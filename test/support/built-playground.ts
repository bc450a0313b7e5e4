import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = join(ROOT, 'web/playground');
const BUILT = join(ROOT, 'dist/playground');

/** Milliseconds; 0 where there is no such file. */
async function changed(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? 0;
}

async function isFresh(): Promise<boolean> {
  const sources = await readdir(SOURCE, { recursive: true });
  const paths = [...sources.map((name) => join(SOURCE, name)), join(ROOT, 'package-lock.json')];
  return (await changed(join(BUILT, 'index.html'))) > Math.max(...(await Promise.all(paths.map(changed))));
}

/** Builds dist/playground unless it is newer than its sources: what the app serves to a browser. */
export async function buildPlayground(): Promise<void> {
  if (await isFresh()) return;
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'dist/playground-'));
  // A process of its own: under jest's NODE_ENV=test Vite would bundle React's development build.
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const options = ['build', SOURCE, '--outDir', folder, '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, [vite, ...options], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  // Put in place whole, so that nobody is served half of it.
  await rm(BUILT, { recursive: true, force: true });
  await rename(folder, BUILT);
}
