import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertScriptSize, initialScripts } from './initial-scripts.ts';

const MAX_BYTES = 200 * 1024;

const PAGE = `<script src="/theme.js"></script>
<script type="module" crossorigin src="/assets/index-1.js"></script>`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-size-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a build whose files have the given sizes. Their content is random, so compression does not reduce it. */
async function built(manifest: Record<string, object>, bytes: Record<string, number>): Promise<string> {
  const root = await mkdtemp(join(folder, 'built-'));
  await mkdir(join(root, '.vite'));
  await mkdir(join(root, 'assets'));
  await writeFile(join(root, '.vite/manifest.json'), JSON.stringify(manifest));
  await writeFile(join(root, 'index.html'), PAGE);
  for (const [name, length] of Object.entries(bytes)) await writeFile(join(root, name), randomBytes(length));
  return root;
}

const MANIFEST = {
  'index.html': {
    file: 'assets/index-1.js',
    isEntry: true,
    imports: ['_react-1.js'],
    dynamicImports: ['src/features/gallery/gallery-page.tsx', 'src/app/pages/trash.tsx'],
    css: ['assets/index-1.css'],
  },
  '_react-1.js': { file: 'assets/react-1.js', imports: ['_shared-1.js'] },
  '_shared-1.js': { file: 'assets/shared-1.js', imports: ['_react-1.js'] },
  '_grid-1.js': { file: 'assets/grid-1.js' },
  'src/features/gallery/gallery-page.tsx': {
    file: 'assets/gallery-1.js',
    isDynamicEntry: true,
    imports: ['index.html', '_grid-1.js'],
  },
  'src/features/gallery/filter-dialog.tsx': { file: 'assets/trash-1.js', isDynamicEntry: true },
  'src/app/pages/trash.tsx': { file: 'assets/trash-1.js', isDynamicEntry: true, imports: ['_plots-1.js'] },
  '_plots-1.js': { file: 'assets/plots-1.js' },
};
const SIZES = {
  'theme.js': 500,
  'assets/index-1.js': 60_000,
  'assets/index-1.css': 900_000,
  'assets/react-1.js': 60_000,
  'assets/shared-1.js': 20_000,
  'assets/grid-1.js': 20_000,
  'assets/gallery-1.js': 30_000,
  'assets/trash-1.js': 500_000,
  'assets/plots-1.js': 500_000,
};

it('counts the scripts of the page, the entry, the gallery and their imports once each, and no lazy chunks', async () => {
  const scripts = await initialScripts(await built(MANIFEST, SIZES));
  expect(scripts.map(({ file }) => file).toSorted()).toEqual([
    ...['gallery', 'grid', 'index', 'react', 'shared'].map((name) => `assets/${name}-1.js`),
    'theme.js',
  ]);
  expect(() => assertScriptSize(scripts, MAX_BYTES)).not.toThrow();
});

it('fails if the limit is exceeded and lists the largest script first', async () => {
  const scripts = await initialScripts(await built(MANIFEST, { ...SIZES, 'assets/grid-1.js': 40_000 }));
  expect(() => assertScriptSize(scripts, MAX_BYTES)).toThrow(
    /^The gallery initially loads 21\d{4} bytes of scripts/,
  );
  expect(() => assertScriptSize(scripts, MAX_BYTES)).toThrow(
    /react-1\.js\n[^]*grid-1\.js\n {2}30\d{3} assets\/gall/,
  );
});

it('fails if the manifest has no entry, is incomplete or is missing', async () => {
  await expect(initialScripts(await built({}, {}))).rejects.toThrow('no entry');
  const broken = { 'index.html': { file: 'assets/index-1.js', isEntry: true, imports: ['_gone.js'] } };
  await expect(initialScripts(await built(broken, SIZES))).rejects.toThrow('_gone.js');
  await expect(initialScripts(join(folder, 'nothing-here'))).rejects.toThrow('ENOENT');
});
