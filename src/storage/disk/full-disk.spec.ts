import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs in a process whose files cannot grow beyond 1 MiB. A write in the middle of an object therefore fails as on
 * a full disk, but with EFBIG instead of ENOSPC. The program writes a small object before and after the large ones.
 */
const PROGRAM = `
const { DiskObjectStore } = await import(process.argv[1]);
const { Readable } = await import('node:stream');
const store = await DiskObjectStore.open(process.argv[2]);
await store.put('a/before', Buffer.from('small'));
const chunks = Array.from({ length: 64 }, () => Buffer.alloc(65_536));
const body = Readable.from(chunks);
const errors = [];
for (const large of [body, Buffer.concat(chunks)]) {
  await store.put('a/large', large).catch((error) => errors.push([error.name, error.message, error.cause?.code]));
}
await store.put('a/after', Buffer.from('small'));
await store.check();
const { keys } = await store.list('', { limit: 10 });
console.log(JSON.stringify({ errors, keys, destroyed: body.destroyed }));
`;

it('survives a full disk, and leaves no part of the object', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'full-disk-'));
  try {
    const engine = new URL('./disk-object-store.ts', import.meta.url).href;
    const command = 'ulimit -f 2048; exec "$@"';
    const args = [process.execPath, '--input-type=module', '-e', PROGRAM, engine, join(folder, 'objects')];
    const { stdout } = await promisify(execFile)('sh', ['-c', command, 'sh', ...args]);
    const fault = ['StorageUnavailableError', 'The object folder cannot be used (EFBIG).', 'EFBIG'];
    expect(JSON.parse(stdout)).toEqual({
      errors: [fault, fault],
      keys: ['a/after', 'a/before'],
      destroyed: true,
    });
    expect(await readdir(join(folder, 'objects', '.incoming'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
