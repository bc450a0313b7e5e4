import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadConfig } from '../../config/config.ts';
import { StorageUnavailableError } from '../object-store.ts';
import { IncompleteSourceError, Staging, TooManyBytesError } from './staging.ts';

let dataDir: string;
let staging: Staging;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imgstream-staging-'));
  staging = new Staging(loadConfig({ DATA_DIR: dataDir }));
  await staging.onModuleInit();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const files = () => readdir(join(dataDir, 'temp', 'uploads'));
const chunks = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

it('writes a stream to a file, and returns its size and hash', async () => {
  const file = await staging.write('a', chunks('ab', 'c'), 3);
  expect(file).toEqual({
    sizeBytes: 3,
    checksum: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  });
  expect(await readFile(staging.path('a'), 'utf8')).toBe('abc');
  expect(await staging.has('a')).toBe(true);
});

it('stops at the first byte over the limit, and leaves no file', async () => {
  let sent = 0;
  async function* endless() {
    for (;;) yield Buffer.alloc((sent += 1));
  }
  await expect(staging.write('a', Readable.from(endless()), 10)).rejects.toThrow(TooManyBytesError);
  expect(sent).toBeLessThan(100);
  expect(await files()).toEqual([]);
});

it('leaves no file if the stream fails, and reports the failure', async () => {
  const failing = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('the sender went away');
    })(),
  );
  await expect(staging.write('a', failing, 100)).rejects.toThrow(IncompleteSourceError);
  expect(await files()).toEqual([]);
});

it('keeps the existing file if the new bytes are not accepted', async () => {
  await staging.write('a', chunks('first'), 100);
  const refuse = () => {
    throw new Error('not these');
  };
  await expect(staging.write('a', chunks('other'), 100, refuse)).rejects.toThrow('not these');
  expect(await readFile(staging.path('a'), 'utf8')).toBe('first');
  expect(await files()).toEqual(['a']);
});

it('reports that the storage is unavailable if the folder is missing', async () => {
  await rm(join(dataDir, 'temp'), { recursive: true });
  await writeFile(join(dataDir, 'temp'), '');
  await expect(staging.write('a', chunks('x'), 100)).rejects.toThrow(StorageUnavailableError);
});
