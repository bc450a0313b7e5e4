import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressFiles } from './compress-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compress-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('compressFiles compresses text files if the result is smaller', async () => {
  const code = 'export const answer = 42;\n'.repeat(100);
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/main-1.js'), code);
  await writeFile(join(folder, 'short.js'), 'export {};');
  await writeFile(join(folder, 'icon.png'), code);
  await writeFile(join(folder, 'noise.txt'), randomBytes(4096));
  await compressFiles(folder);
  const names = await readdir(folder, { recursive: true });
  expect(names.filter((name) => /\.(br|gz)$/.test(name)).toSorted()).toEqual([
    'assets/main-1.js.br',
    'assets/main-1.js.gz',
  ]);
  expect(brotliDecompressSync(await readFile(join(folder, 'assets/main-1.js.br'))).toString()).toBe(code);
  expect(gunzipSync(await readFile(join(folder, 'assets/main-1.js.gz'))).toString()).toBe(code);
});

it('compressFiles does nothing if the folder is missing', async () => {
  await expect(compressFiles(join(folder, 'nothing-here'))).resolves.toBeUndefined();
});
