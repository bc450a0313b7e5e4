import { randomUUID } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContentDigest, Digester } from './digests.ts';

/** A file with bytes that do not belong to an object yet. */
export interface Staged extends ContentDigest {
  path: string;
}

/** Streams bytes into a new file. If `bytes` throws, the caller has to remove the file. */
export async function stage(path: string, bytes: AsyncIterable<Uint8Array>): Promise<Staged> {
  const digester = new Digester();
  await using file = await open(path, 'wx');
  for await (const chunk of bytes) {
    digester.update(chunk);
    await file.writeFile(chunk);
  }
  return { path, ...digester.digest() };
}

/** Replaces a file atomically, so that a killed process leaves either the old or the new content. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, JSON.stringify(value));
  await rename(draft, path);
}

export async function readJson<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T;
}

/** Runs the tasks of each key one after another, in the order of the calls. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key);
    const current = (async () => {
      await previous?.catch(() => undefined);
      return task();
    })();
    this.#last.set(key, current);
    try {
      return await current;
    } finally {
      if (this.#last.get(key) === current) this.#last.delete(key);
    }
  }
}
