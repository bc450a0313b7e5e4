import { randomUUID } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContentDigest, Digester } from './digests.ts';

/** Bytes in a file of their own that no object has yet. */
export interface Staged extends ContentDigest {
  path: string;
}

/** Streams bytes into a new file; what is written when `bytes` throws stays there, for the caller to remove. */
export async function stage(path: string, bytes: AsyncIterable<Uint8Array>): Promise<Staged> {
  const digester = new Digester();
  await using file = await open(path, 'wx');
  for await (const chunk of bytes) {
    digester.update(chunk);
    await file.writeFile(chunk);
  }
  return { path, ...digester.digest() };
}

/** Puts the whole of it in place at once, so that a stopped process leaves the old or the new. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, JSON.stringify(value));
  await rename(draft, path);
}

export async function readJson<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T;
}

/** Runs what belongs to one key one after the other, in the order of the calls. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return task();
    })();
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
