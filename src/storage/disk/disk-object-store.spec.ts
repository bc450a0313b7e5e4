import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describeObjectStore } from '../object-store.contract.ts';
import { ObjectExistsError, ObjectNotFoundError, StorageUnavailableError } from '../object-store.ts';
import { DiskObjectStore } from './disk-object-store.ts';
import { publisherByRename } from './durable-file.ts';

const newFolder = () => mkdtemp(join(tmpdir(), 'disk-object-store-'));
const maker = (publish?: () => ReturnType<typeof publisherByRename>) => async () => {
  const folder = await newFolder();
  const store = await DiskObjectStore.open(join(folder, 'objects'), publish?.());
  return { store, dispose: () => rm(folder, { recursive: true }) };
};

describeObjectStore('DiskObjectStore', maker());
describeObjectStore('DiskObjectStore without hard links', maker(publisherByRename));

describe('DiskObjectStore', () => {
  let folder: string;
  let root: string;
  let store: DiskObjectStore;

  beforeEach(async () => {
    folder = await newFolder();
    root = join(folder, 'data', 'objects');
    store = await DiskObjectStore.open(root);
  });

  afterEach(() => rm(folder, { recursive: true }));

  const put = (key: string, body = 'bytes') => store.put(key, Buffer.from(body));
  const incoming = () => readdir(join(root, '.incoming'));
  const unavailable = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toHaveProperty('cause.code');
    expect(String(error)).not.toContain(folder);
  };

  const everything = (): (() => Promise<unknown>)[] => [
    () => put('new/object'),
    () => store.putFile('new/object', join(folder, 'file')),
    () => store.read('a/b'),
    () => store.find('a/b'),
    () => store.delete('a/b'),
    () => store.list('', { limit: 1 }),
    () => store.list('a/', { limit: 1 }),
    () => store.check(),
  ];

  it('stores an object as a file whose path is the key, readable only by the owner', async () => {
    await put('photos/u1/p1.jpg');
    expect(await readFile(join(root, 'photos/u1/p1.jpg'), 'utf8')).toBe('bytes');
    expect((await lstat(root)).mode & 0o777).toBe(0o700);
    expect((await lstat(join(root, 'photos/u1/p1.jpg'))).mode & 0o777).toBe(0o600);
    expect(await incoming()).toEqual([]);
  });

  it('finds existing objects when it is reopened, also through a link to the data folder', async () => {
    await put('photos/u1/p1.jpg');
    await symlink(join(folder, 'data'), join(folder, 'linked'));
    store = await DiskObjectStore.open(join(folder, 'linked', 'objects'));
    expect(await text(await store.read('photos/u1/p1.jpg'))).toBe('bytes');
    await put('photos/u1/p2.jpg');
    expect((await store.list('photos/', { limit: 10 })).keys).toEqual([
      'photos/u1/p1.jpg',
      'photos/u1/p2.jpg',
    ]);
  });

  it('hides an object until all of its bytes are written, and writes them as they arrive', async () => {
    const chunk = Buffer.alloc(65_536, 1);
    let behind = 0;
    async function* body() {
      for (let given = 0; given < 100; given += 1) {
        const [name] = await incoming();
        const written = name ? (await lstat(join(root, '.incoming', name))).size : 0;
        behind = Math.max(behind, given * chunk.length - written);
        expect(await store.find('a/b')).toBeNull();
        expect((await store.list('', { limit: 1 })).keys).toEqual([]);
        yield chunk;
      }
    }
    await store.put('a/b', Readable.from(body(), { objectMode: false, highWaterMark: 1 }));
    expect((await store.find('a/b'))?.sizeBytes).toBe(100 * chunk.length);
    expect(behind).toBeLessThanOrEqual(4 * chunk.length);
  });

  it('leaves no file after a write that failed or whose key already existed', async () => {
    await put('a/b');
    await expect(put('a/b')).rejects.toThrow(ObjectExistsError);
    const body = new Readable({ read() {} });
    body.push(Buffer.alloc(1000));
    setTimeout(() => body.destroy(new Error('gone')), 20);
    await expect(store.put('a/c', body)).rejects.toThrow('gone');
    expect(await incoming()).toEqual([]);
    expect(await readdir(join(root, 'a'))).toEqual(['b']);
  });

  it('removes unfinished writes of an earlier process in discardUnfinished, and not when it is opened', async () => {
    await put('a/b');
    await mkdir(join(root, '.incoming', 'folder'));
    await writeFile(join(root, '.incoming', 'folder', 'file'), 'torn');
    await writeFile(join(root, '.incoming', 'file'), 'torn');
    await mkdir(join(root, 'health'));
    await writeFile(join(root, 'health', 'file'), 'left by a check');
    store = await DiskObjectStore.open(root);
    expect(await incoming()).toEqual(['file', 'folder']);
    await store.discardUnfinished(60_000);
    expect(await incoming()).toEqual(['file', 'folder']);
    await store.discardUnfinished(0);
    expect(await incoming()).toEqual([]);
    expect((await store.list('', { limit: 10 })).keys).toEqual(['a/b']);
  });

  it('lists only objects: no links, no hidden files and no names that are not valid keys', async () => {
    await put('a/b');
    for (const name of ['.DS_Store', 'lost+found', 'a b']) await writeFile(join(root, name), '');
    await symlink(join(root, 'a/b'), join(root, 'a/link'));
    await mkdir(join(root, 'empty'));
    expect(await store.list('', { limit: 10 })).toEqual({ keys: ['a/b'], next: null });
  });

  it('lists objects after many empty folders, and in a folder that is larger than a page', async () => {
    for (let i = 10; i < 30; i += 1) await mkdir(join(root, 'a', `${i}`), { recursive: true });
    const names = Array.from({ length: 2500 }, (_, i) => `b/${10_000 + i}`);
    await mkdir(join(root, 'b'));
    await Promise.all(names.map((name) => writeFile(join(root, name), '')));
    expect(await store.list('', { limit: 1 })).toEqual({ keys: ['b/10000'], next: 'b/10000' });
    const first = await store.list('', { limit: 1000 });
    const second = await store.list('', { limit: 1000, after: first.next });
    const third = await store.list('', { limit: 1000, after: second.next });
    expect([...first.keys, ...second.keys, ...third.keys]).toEqual(names);
    expect(third.next).toBeNull();
    const pages: string[][] = [];
    for await (const page of store.pages('b/')) pages.push(page);
    expect(pages).toEqual([first.keys, second.keys, third.keys]);
  });

  describe('with a symbolic link in the object folder', () => {
    let outside: string;

    beforeEach(async () => {
      outside = join(folder, 'outside');
      await mkdir(join(outside, 'deep'), { recursive: true });
      await writeFile(join(outside, 'secret'), 'secret');
      await put('photos/u1/p1');
      await symlink(outside, join(root, 'photos', 'evil'));
      await symlink(join(outside, 'secret'), join(root, 'photos', 'u1', 'p2'));
    });

    it.each(['photos/evil/secret', 'photos/u1/p2'])(
      'reads, finds and lists nothing through %s',
      async (key) => {
        await expect(store.read(key)).rejects.toThrow(ObjectNotFoundError);
        expect(await store.find(key)).toBeNull();
        expect((await store.list('', { limit: 10 })).keys).toEqual(['photos/u1/p1']);
        expect((await store.list('photos/evil/', { limit: 10 })).keys).toEqual([]);
        expect((await store.list('photos/evil/se', { limit: 10 })).keys).toEqual([]);
      },
    );

    it('writes and deletes nothing outside of the object folder', async () => {
      const file = join(folder, 'file');
      await writeFile(file, 'bytes');
      for (const key of ['photos/evil/new', 'photos/evil/deep/new', 'photos/evil/new/new']) {
        await expect(put(key)).rejects.toThrow(StorageUnavailableError);
        await expect(store.putFile(key, file)).rejects.toThrow(StorageUnavailableError);
      }
      await expect(put('photos/u1/p2')).rejects.toThrow(ObjectExistsError);
      await store.delete('photos/evil/secret');
      await store.delete('photos/u1/p2');
      expect(await readdir(outside)).toEqual(['deep', 'secret']);
      expect(await readdir(join(outside, 'deep'))).toEqual([]);
      expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    });

    it('detects a folder that was replaced by a link after a write', async () => {
      await rename(join(root, 'photos', 'u1'), join(root, 'photos', 'u2'));
      await symlink(outside, join(root, 'photos', 'u1'));
      await expect(put('photos/u1/p3')).rejects.toThrow(StorageUnavailableError);
      expect(await readdir(outside)).toEqual(['deep', 'secret']);
    });

    it('does not store a file through a link', async () => {
      await symlink(join(outside, 'secret'), join(folder, 'upload'));
      await unavailable(store.putFile('photos/u1/p3', join(folder, 'upload')));
      expect(await store.find('photos/u1/p3')).toBeNull();
    });
  });

  describe('putFile', () => {
    it('stores a file from another file system', async () => {
      const elsewhere = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'elsewhere-'));
      try {
        const path = join(elsewhere, 'file');
        await writeFile(path, 'bytes');
        await store.putFile('a/b', path);
        expect(await text(await store.read('a/b'))).toBe('bytes');
        await writeFile(path, 'others');
        await expect(store.putFile('a/b', path)).rejects.toThrow(ObjectExistsError);
        expect(await readFile(path, 'utf8')).toBe('others');
        expect(await incoming()).toEqual([]);
      } finally {
        await rm(elsewhere, { recursive: true });
      }
    });

    it('rejects a missing file and a folder', async () => {
      await unavailable(store.putFile('a/b', join(folder, 'missing')));
      await expect(store.putFile('a/b', folder)).rejects.toThrow('Only regular files');
      expect(await store.find('a/b')).toBeNull();
    });
  });

  it('closes the file when the stream is destroyed or read to its end', async () => {
    await store.put('a/b', Buffer.alloc(1_000_000));
    const left = await store.read('a/b');
    left.destroy();
    await new Promise((resolve) => left.once('close', resolve));
    const read = await store.read('a/b', { start: 5, end: 9 });
    await text(read);
    expect([left.closed, read.closed]).toEqual([true, true]);
  });

  it('creates a folder again that another program has removed', async () => {
    await put('photos/u1/p1');
    await rm(join(root, 'photos'), { recursive: true });
    await put('photos/u1/p1', 'again');
    expect(await text(await store.read('photos/u1/p1'))).toBe('again');
  });

  describe('on a disk that fails', () => {
    beforeEach(async () => {
      await put('a/b');
      await writeFile(join(folder, 'file'), 'bytes');
    });

    it('rejects a key below an existing object, with an error message that contains no path', async () => {
      await unavailable(put('a/b/c'));
      expect(await text(await store.read('a/b'))).toBe('bytes');
      expect(await incoming()).toEqual([]);
      await store.delete('a/b');
      await put('a/b/c');
    });

    it('does not report an object as missing if the whole root folder is missing', async () => {
      await rename(root, `${root}-unmounted`);
      for (const method of everything()) await unavailable(method());
      await mkdir(root);
      for (const method of everything()) await unavailable(method());
      expect(await readdir(root)).toEqual([]);
      await rm(root, { recursive: true });
      await rename(`${root}-unmounted`, root);
      expect(await text(await store.read('a/b'))).toBe('bytes');
      expect(await readFile(join(folder, 'file'), 'utf8')).toBe('bytes');
    });

    it('fails in every method if the root is not a folder', async () => {
      await rename(root, `${root}-away`);
      await writeFile(root, '');
      for (const method of everything()) await unavailable(method());
    });

    it('cannot be opened if the root folder cannot be created', async () => {
      await unavailable(DiskObjectStore.open(join(folder, 'file')));
      await unavailable(DiskObjectStore.open(join(folder, 'file', 'objects')));
    });
  });
});
