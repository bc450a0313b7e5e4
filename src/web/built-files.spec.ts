import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBuiltFiles } from './built-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'built-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

it('readBuiltFiles returns files by path, with their compressed versions', async () => {
  await write('index.html', 'page');
  await write('index.html.br', 'p');
  await write('index.html.gz', 'pg');
  await write('assets/main-1.js', 'code');
  await write('notes.gz', 'not a compressed version');
  const files = await readBuiltFiles(folder);
  expect([...files.keys()].toSorted()).toEqual(['/assets/main-1.js', '/index.html', '/notes.gz']);
  expect(files.get('/index.html')?.compressed.br?.bytes.toString()).toBe('p');
  expect(files.get('/index.html')?.compressed.gzip?.bytes.toString()).toBe('pg');
  expect(files.get('/assets/main-1.js')).toMatchObject({ extension: '.js', compressed: {} });
});

it('readBuiltFiles ignores hidden files and symbolic links', async () => {
  await write('.vite/manifest.json', '{}');
  await write('assets/.secret', 'x');
  await symlink('/etc/passwd', join(folder, 'passwd'));
  expect((await readBuiltFiles(folder)).size).toBe(0);
});

it('readBuiltFiles computes ETags from the content, separately for compressed versions', async () => {
  await write('index.html', 'page 1');
  await write('index.html.br', 'x');
  const before = (await readBuiltFiles(folder)).get('/index.html');
  await write('index.html', 'page 2');
  const after = (await readBuiltFiles(folder)).get('/index.html');
  expect(before?.etag).toMatch(/^"[\w-]{22}"$/);
  expect(after?.etag).not.toBe(before?.etag);
  expect(after?.compressed.br?.etag).toBe(before?.compressed.br?.etag);
  expect(after?.compressed.br?.etag).not.toBe(after?.etag);
});

it('readBuiltFiles returns no files if the folder is missing', async () => {
  expect((await readBuiltFiles(join(folder, 'nothing-here'))).size).toBe(0);
});
