import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { InvalidKeyError } from './object-key.ts';
import { ObjectExistsError, ObjectNotFoundError, type ObjectPage, type ObjectStore } from './object-store.ts';

const TYPE = 'application/octet-stream';
const KEY = 'photos/u1/p1.jpg';

/** Returns all pages of a listing. */
async function pagesOf(store: ObjectStore, prefix: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page: ObjectPage = await store.list(prefix, { after, limit });
    expect(page.keys.length).toBeLessThanOrEqual(limit);
    pages.push(page.keys);
    after = page.next;
  } while (after !== null);
  return pages;
}

/**
 * The contract of every ObjectStore engine. `make` returns an empty store, and `dispose` deletes everything in it.
 */
export function describeObjectStore(
  name: string,
  make: () => Promise<{ store: ObjectStore; dispose(): Promise<void> }>,
): void {
  describe(`${name} as an ObjectStore`, () => {
    let made: { store: ObjectStore; dispose(): Promise<void> };
    let store: ObjectStore;
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'object-store-'));
      made = await make();
      store = made.store;
    });

    afterEach(async () => {
      await made.dispose();
      await rm(folder, { recursive: true });
    });

    const put = (key: string, body = 'bytes') => store.put(key, Buffer.from(body), TYPE);
    // Does not use Jest's comparison, which takes seconds for a megabyte.
    const expectBytes = async (bytes: Buffer | undefined) =>
      expect(bytes?.equals(await buffer(await store.read(KEY)))).toBe(true);
    const localFile = async (body: string | Buffer) => {
      const path = join(folder, 'local');
      await writeFile(path, body);
      return path;
    };

    describe('put', () => {
      it('stores the bytes of a buffer', async () => {
        const bytes = randomBytes(100_000);
        await store.put(KEY, bytes, 'image/jpeg');
        await expectBytes(bytes);
        expect(await store.find(KEY)).toEqual({ key: KEY, sizeBytes: 100_000 });
      });

      it('stores the bytes of a stream, with chunks of any size', async () => {
        const chunks = [1, 700_000, 13, 65_536].map((size) => randomBytes(size));
        await store.put(KEY, Readable.from(chunks), TYPE);
        await expectBytes(Buffer.concat(chunks));
      });

      it('stores an empty object', async () => {
        await store.put(KEY, Buffer.alloc(0), TYPE);
        expect(await store.find(KEY)).toEqual({ key: KEY, sizeBytes: 0 });
        expect(await buffer(await store.read(KEY))).toHaveLength(0);
      });

      it('rejects a key that already exists, and does not change the object', async () => {
        await put(KEY, 'first');
        await expect(put(KEY, 'second')).rejects.toThrow(ObjectExistsError);
        await expect(store.put(KEY, Readable.from([Buffer.from('third')]), TYPE)).rejects.toThrow(
          ObjectExistsError,
        );
        expect(await text(await store.read(KEY))).toBe('first');
      });

      it('lets exactly one of many concurrent writers store its whole object', async () => {
        const bodies = Array.from({ length: 8 }, (_, i) => Buffer.alloc(50_000, i));
        const results = await Promise.allSettled(
          bodies.map((body) => store.put(KEY, Readable.from([body.subarray(0, 9), body.subarray(9)]), TYPE)),
        );
        const winners = bodies.filter((_, i) => results[i]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        await expectBytes(winners[0]);
        const losers = results.flatMap((result) =>
          result.status === 'rejected' ? [result.reason as unknown] : [],
        );
        expect(losers).toHaveLength(7);
        for (const error of losers) expect(error).toBeInstanceOf(ObjectExistsError);
      });

      it('writes many keys of one new folder concurrently', async () => {
        const keys = Array.from({ length: 20 }, (_, i) => `a/new/folder/${10 + i}`);
        await Promise.all(keys.map((key) => put(key)));
        expect((await store.list('a/', { limit: 100 })).keys).toEqual(keys);
      });

      it('rejects with the error of a stream that fails midway, and leaves no object', async () => {
        const fault = new Error('the sender went away');
        async function* failing() {
          yield Buffer.alloc(100_000);
          await Promise.resolve();
          throw fault;
        }
        await expect(store.put(KEY, Readable.from(failing()), TYPE)).rejects.toBe(fault);
        expect(await store.find(KEY)).toBeNull();
        await put(KEY);
      });

      it('rejects if the stream is destroyed midway, and leaves no object', async () => {
        const body = new Readable({ read() {} });
        body.push(Buffer.alloc(100_000));
        setTimeout(() => body.destroy(), 20);
        await expect(store.put(KEY, body, TYPE)).rejects.toThrow(/premature close|aborted/i);
        expect(await store.find(KEY)).toBeNull();
      });

      it('rejects with the error of a stream that has already failed', async () => {
        const fault = new Error('too early');
        const body = new Readable({ read() {} });
        body.destroy(fault);
        await expect(store.put(KEY, body, TYPE)).rejects.toBe(fault);
        expect(await store.find(KEY)).toBeNull();
      });

      it('destroys a stream that it does not read', async () => {
        const body = new Readable({ read() {} });
        await expect(store.put('../out', body, TYPE)).rejects.toThrow(InvalidKeyError);
        expect(body.destroyed).toBe(true);
      });
    });

    describe('putFile', () => {
      it('stores the bytes of a file, which may be removed afterwards', async () => {
        const bytes = randomBytes(300_000);
        const path = await localFile(bytes);
        await store.putFile(KEY, path, 'image/jpeg');
        await expectBytes(bytes);
        expect((await readFile(path)).equals(bytes)).toBe(true);
        await rm(path);
        await expectBytes(bytes);
      });

      it('rejects a key that already exists, and changes neither the file nor the object', async () => {
        await put(KEY, 'first');
        const path = await localFile('second');
        await expect(store.putFile(KEY, path, TYPE)).rejects.toThrow(ObjectExistsError);
        expect(await text(await store.read(KEY))).toBe('first');
        expect(await readFile(path, 'utf8')).toBe('second');
      });
    });

    describe('read', () => {
      it('reports a missing object', async () => {
        await put('photos/u1/other');
        await expect(store.read(KEY)).rejects.toThrow(ObjectNotFoundError);
        await expect(store.read('photos/u1')).rejects.toThrow(ObjectNotFoundError);
        await expect(store.read('photos/u1/other/below')).rejects.toThrow(ObjectNotFoundError);
      });

      it.each([
        [0, 0, '0'],
        [0, 9, '0123456789'],
        [3, 5, '345'],
        [9, 9, '9'],
        [8, 10, '89'],
        [0, Number.MAX_SAFE_INTEGER, '0123456789'],
      ])('returns bytes %d to %d, both inclusive', async (start, end, expected) => {
        await put(KEY, '0123456789');
        expect(await text(await store.read(KEY, { start, end }))).toBe(expected);
      });

      it.each([
        [10, 10],
        [11, 20],
        [-1, 3],
        [5, 4],
        [0.5, 2],
        [0, Number.NaN],
        [0, Number.POSITIVE_INFINITY],
      ])('rejects the range %d to %d of ten bytes', async (start, end) => {
        await put(KEY, '0123456789');
        await expect(store.read(KEY, { start, end })).rejects.toThrow(RangeError);
      });

      it('returns all bytes of an object that is deleted after it was opened', async () => {
        const bytes = randomBytes(2_000_000);
        await store.put(KEY, bytes, TYPE);
        const opened = await store.read(KEY);
        await store.delete(KEY);
        expect(bytes.equals(await buffer(opened))).toBe(true);
      });

      it('returns a stream that the reader can abandon midway', async () => {
        await store.put(KEY, randomBytes(2_000_000), TYPE);
        for await (const chunk of await store.read(KEY)) {
          expect(chunk).not.toHaveLength(0);
          break;
        }
        await store.delete(KEY);
      });
    });

    describe('find and delete', () => {
      it('finds neither missing objects nor folders', async () => {
        await put(KEY);
        expect(await store.find('photos/u1/p2.jpg')).toBeNull();
        expect(await store.find('photos/u1')).toBeNull();
        expect(await store.find('photos/u1/p1.jpg/x')).toBeNull();
      });

      it('deletes only the given object', async () => {
        await put(KEY);
        await put('photos/u1/p2.jpg', 'other');
        await store.delete(KEY);
        expect(await store.find(KEY)).toBeNull();
        expect(await text(await store.read('photos/u1/p2.jpg'))).toBe('other');
      });

      it('ignores the deletion of missing objects and of folders', async () => {
        await put(KEY);
        await store.delete('photos/u2/p1.jpg');
        await store.delete('photos/u1/p2.jpg');
        await store.delete('photos/u1/p1.jpg/x');
        await store.delete('photos/u1');
        expect(await store.find(KEY)).not.toBeNull();
      });

      it('lets a key be written again after its object was deleted', async () => {
        await put(KEY, 'first');
        await store.delete(KEY);
        await put(KEY, 'second');
        expect(await text(await store.read(KEY))).toBe('second');
      });

      it('deletes and writes concurrently in one folder', async () => {
        const rounds = Array.from({ length: 30 }, async (_, i) => {
          await put(`photos/u1/${i}`);
          await store.delete(`photos/u1/${i}`);
        });
        await Promise.all(rounds);
        expect((await store.list('', { limit: 1 })).keys).toEqual([]);
      });
    });

    describe('list', () => {
      // In byte order: '-' < '.' < '/' < '0' < 'A' < '_' < 'a'.
      const KEYS = ['a-b', 'a.b', 'a/b', 'a/b-c/d', 'a/b.c', 'a/c/d', 'a0', 'aA', 'a_', 'b/a/a', 'b0'];
      const sorted = ['A/z', 'Z', ...KEYS];

      beforeEach(async () => {
        // 'a/b' is an object, so there are no keys that start with 'a/b/'.
        await Promise.all(sorted.toReversed().map((key) => put(key)));
      });

      it.each([1, 2, 3, 5, 12, 13, 1000])(
        'returns every key once, in byte order, in pages of %d',
        async (limit) => {
          const pages = await pagesOf(store, '', limit);
          expect(pages.flat()).toEqual(sorted);
          expect(pages).toHaveLength(Math.ceil(sorted.length / limit));
        },
      );

      it.each(['a', 'a/', 'a/b', 'a/b-', 'a/b-c/', 'a/b-c/d', 'b', 'A/z', 'a/c/d/', 'c', 'zz/yy/', 'aa'])(
        'returns the keys that start with %s',
        async (prefix) => {
          const expected = sorted.filter((key) => key.startsWith(prefix));
          expect(await store.list(prefix, { limit: 1000 })).toEqual({ keys: expected, next: null });
          expect((await pagesOf(store, prefix, 2)).flat()).toEqual(expected);
        },
      );

      it.each([
        ['', 'a/b'],
        ['', 'a/bb'],
        ['', 'a'],
        ['', 'a/b-c'],
        ['', '0'],
        ['', 'zzz'],
        ['a/', 'a-b'],
        ['a/', 'a/b.c'],
        ['a/', 'a0'],
      ])('with prefix "%s" starts after %s, whether or not that is a key', async (prefix, after) => {
        const expected = sorted.filter((key) => key.startsWith(prefix) && key > after);
        expect((await store.list(prefix, { after, limit: 1000 })).keys).toEqual(expected);
        const [first] = (await store.list(prefix, { after, limit: 1 })).keys;
        expect(first).toBe(expected[0]);
      });

      it.each(['', 'a/', 'nothing/'])(
        'returns all keys that start with "%s", page by page',
        async (prefix) => {
          const keys: string[] = [];
          for await (const page of store.pages(prefix)) keys.push(...page);
          expect(keys).toEqual(sorted.filter((key) => key.startsWith(prefix)));
        },
      );

      it('continues after a key that was deleted between two pages', async () => {
        const { next } = await store.list('', { limit: 3 });
        await store.delete(next ?? '');
        expect((await store.list('', { after: next, limit: 100 })).keys).toEqual(sorted.slice(3));
      });

      it.each([0, -1, 1001, 1.5, Number.NaN])('rejects a limit of %d', async (limit) => {
        await expect(store.list('', { limit })).rejects.toThrow(RangeError);
      });

      it.each(['/', '.', '../', 'a//', 'a/../', 'a/.b', 'a b', 'é', 'a\0', 'a'.repeat(256)])(
        'rejects the prefix %j',
        async (prefix) => {
          await expect(store.list(prefix, { limit: 1 })).rejects.toThrow(InvalidKeyError);
        },
      );
    });

    describe('keys', () => {
      const longest = `${'k'.repeat(255)}/`.repeat(4).slice(0, 1023);

      it.each(['a', '-', '_', 'A.B-C_d', '0', longest])('stores an object under %s', async (key) => {
        await put(key);
        expect((await store.list('', { limit: 2 })).keys).toEqual([key]);
        await store.delete(key);
      });

      it.each([
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        '../a',
        'a/..',
        'a/../../b',
        '.hidden',
        'a/.hidden',
        'a\\b',
        'a b',
        'a%2fb',
        'a\0b',
        'a\n',
        'é',
        '😀',
        'k'.repeat(256),
        `${longest}/k`,
      ])('rejects the key %j in every method', async (key) => {
        const path = await localFile('bytes');
        await expect(put(key)).rejects.toThrow(InvalidKeyError);
        await expect(store.putFile(key, path, TYPE)).rejects.toThrow(InvalidKeyError);
        await expect(store.read(key)).rejects.toThrow(InvalidKeyError);
        await expect(store.find(key)).rejects.toThrow(InvalidKeyError);
        await expect(store.delete(key)).rejects.toThrow(InvalidKeyError);
        if (key !== '') {
          await expect(store.list('', { after: key, limit: 1 })).rejects.toThrow(InvalidKeyError);
        }
        expect(await readFile(path, 'utf8')).toBe('bytes');
        expect((await store.list('', { limit: 1 })).keys).toEqual([]);
      });
    });

    describe('check', () => {
      it('succeeds and leaves no object, even with concurrent checks', async () => {
        await put(KEY);
        await Promise.all([store.check(), store.check(), store.check()]);
        expect((await store.list('', { limit: 10 })).keys).toEqual([KEY]);
      });
    });
  });
}
