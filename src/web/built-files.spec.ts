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

it('knows files by their paths, and packed ones by what they pack', async () => {
  await write('index.html', 'page');
  await write('index.html.br', 'p');
  await write('index.html.gz', 'pg');
  await write('assets/main-1.js', 'code');
  await write('notes.gz', 'not of another file');
  const files = await readBuiltFiles(folder);
  expect([...files.keys()].toSorted()).toEqual(['/assets/main-1.js', '/index.html', '/notes.gz']);
  expect(files.get('/index.html')?.packed.br?.bytes.toString()).toBe('p');
  expect(files.get('/index.html')?.packed.gzip?.bytes.toString()).toBe('pg');
  expect(files.get('/assets/main-1.js')).toMatchObject({ extension: '.js', packed: {} });
});

it('leaves out what is for the build, and what lies elsewhere', async () => {
  await write('.vite/manifest.json', '{}');
  await write('assets/.secret', 'x');
  await symlink('/etc/passwd', join(folder, 'passwd'));
  expect((await readBuiltFiles(folder)).size).toBe(0);
});

it('tags the content, packed and not', async () => {
  await write('index.html', 'page 1');
  await write('index.html.br', 'x');
  const before = (await readBuiltFiles(folder)).get('/index.html');
  await write('index.html', 'page 2');
  const after = (await readBuiltFiles(folder)).get('/index.html');
  expect(before?.etag).toMatch(/^"[\w-]{22}"$/);
  expect(after?.etag).not.toBe(before?.etag);
  expect(after?.packed.br?.etag).toBe(before?.packed.br?.etag);
  expect(after?.packed.br?.etag).not.toBe(after?.etag);
});

it('has none where there is no build', async () => {
  expect((await readBuiltFiles(join(folder, 'nothing-here'))).size).toBe(0);
});
