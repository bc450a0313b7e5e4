import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { checkHeif } from './heif-limits.ts';
import { processImage } from '../worker/process-image.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heif-limits-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(...parts: Buffer[]): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, Buffer.concat(parts));
  return path;
}

const heic = () => readFile(join(import.meta.dirname, '../fixtures', 'phone.heic'));
const free = (count: number) =>
  Buffer.concat(Array.from({ length: count }, () => Buffer.from('\0\0\0\x08free')));
const large = (size: bigint) => {
  const box = Buffer.from('\0\0\0\x01free\0\0\0\0\0\0\0\0');
  box.writeBigUInt64BE(size, 8);
  return box;
};

it('accepts the files of encoders, even with 900 additional boxes', async () => {
  const square = { create: { width: 64, height: 64, channels: 3, background: 'teal' } } as const;
  for (const bytes of [await heic(), await sharp(square).avif({ effort: 0 }).toBuffer()]) {
    await expect(checkHeif(await save(bytes, free(900)))).resolves.toBeUndefined();
  }
});

it('refuses a file full of boxes before a decoder reads it', async () => {
  const square = { create: { width: 64, height: 64, channels: 3, background: 'teal' } } as const;
  for (const bytes of [await heic(), await sharp(square).avif({ effort: 0 }).toBuffer()]) {
    const path = await save(bytes, Buffer.alloc(8_000_000, free(1)));
    await expect(checkHeif(path)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    await expect(processImage(path, 1e6)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  }
});

it('supports 64-bit sizes and boxes up to the end of the file, and stops at an invalid size', async () => {
  const [head, many] = [Buffer.from('\0\0\0\x08ftyp'), free(2000)];
  await expect(checkHeif(await save(head, large(16n), many))).rejects.toMatchObject({
    code: 'INVALID_IMAGE',
  });
  for (const size of [0n, 1n, 2n ** 40n, 2n ** 63n]) {
    await expect(checkHeif(await save(head, large(size), many))).resolves.toBeUndefined();
  }
  await expect(checkHeif(await save(head, Buffer.from('\0\0\0\0mdat'), many))).resolves.toBeUndefined();
  await expect(checkHeif(await save(head, Buffer.from('\0\0\0\x02free'), many))).resolves.toBeUndefined();
  await expect(checkHeif(await save(Buffer.from('\0\0\0\x01free\0')))).resolves.toBeUndefined();
});
