import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkWebp } from './webp-limits.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webp-limits-'));
});
afterAll(() => rm(folder, { recursive: true }));

function chunk(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(8 + size + (size % 2), 7);
  bytes.write(name, 'latin1');
  bytes.writeUInt32LE(size, 4);
  return bytes;
}

async function check(...chunks: Buffer[]): Promise<void> {
  const path = join(folder, 'file');
  await writeFile(path, Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), ...chunks]));
  return checkWebp(path);
}

const many = (times: number, bytes: Buffer) => Array.from({ length: times }, () => bytes);

it.each([0, 1, 24, 5001])('accepts at most 10,000 frames of %i bytes', async (size) => {
  const head = [chunk('VP8X', 10), chunk('ANIM', 6)];
  await expect(check(...head, ...many(10_000, chunk('ANMF', size)))).resolves.toBeUndefined();
  await expect(check(...head, ...many(10_001, chunk('ANMF', size)))).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
  });
});

it('counts chunks of unknown types, but nothing inside a chunk', async () => {
  await expect(check(chunk('VP8L', 0), Buffer.from('ANMF'.repeat(20_000)))).resolves.toBeUndefined();
  await expect(check(...many(20_000, chunk('NONE', 0)))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
});

it('leaves a truncated file to the decoder', async () => {
  await expect(check()).resolves.toBeUndefined();
  await expect(check(chunk('VP8 ', 100).subarray(0, 50))).resolves.toBeUndefined();
  await expect(check(Buffer.alloc(7))).resolves.toBeUndefined();
});
