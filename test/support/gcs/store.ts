import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict, invalid, noSuchBucket, noSuchObject } from './errors.ts';
import { KeyedQueue, readJson, stage, type Staged, writeJson } from './files.ts';
import { addName, compareNames, type ListOptions, type ListPage, listNames, removeName } from './listing.ts';
import { type Bucket, newBucket, type ObjectFields, patchBucket, type StoredObject } from './records.ts';

interface Home {
  bucket: Bucket;
  objects: Map<string, StoredObject>;
  /** In the order of listings. */
  names: string[];
}

/** Staged bytes that become an object; a composed one has no MD5. */
export interface Content extends Omit<Staged, 'md5Hash'> {
  md5Hash?: string | undefined;
  componentCount?: number | undefined;
}

type Check = (current: StoredObject | null) => void;

/**
 * Buckets and objects in a folder, for one process at a time:
 *
 *     buckets/{bucket}/bucket.json
 *     buckets/{bucket}/objects/{SHA-256 of the name}.json         the object's metadata
 *     buckets/{bucket}/objects/{SHA-256 of the name}.{generation} its bytes
 *     temp/                                                       bytes on their way in
 *
 * A write is there when it is acknowledged; it outlives the process, but nothing is forced to the disk.
 */
export class Store {
  readonly folder: string;
  readonly #homes = new Map<string, Home>();
  readonly #queue = new KeyedQueue();
  #lastGeneration = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<Store> {
    const store = new Store(folder);
    await rm(join(folder, 'temp'), { recursive: true, force: true });
    await mkdir(join(folder, 'temp'), { recursive: true });
    await mkdir(join(folder, 'buckets'), { recursive: true });
    for (const name of await readdir(join(folder, 'buckets'))) await store.#load(name);
    return store;
  }

  async #load(bucketName: string): Promise<void> {
    const folder = this.#folderOf(bucketName);
    const bucket = await readJson<Bucket>(folder, 'bucket.json').catch(() => null);
    // Left by a process that stopped while it made the bucket or deleted it.
    if (!bucket) return rm(folder, { recursive: true, force: true });
    const home: Home = { bucket, objects: new Map(), names: [] };
    this.#homes.set(bucketName, home);
    const files = new Set(await readdir(join(folder, 'objects')));
    for (const file of files) {
      if (!file.endsWith('.json')) continue;
      const object = await readJson<StoredObject>(folder, 'objects', file);
      home.objects.set(object.name, object);
      files.delete(file);
      files.delete(file.replace(/json$/, object.generation));
      this.#lastGeneration = Math.max(this.#lastGeneration, Number(object.generation));
    }
    home.names = [...home.objects.keys()].toSorted(compareNames);
    for (const orphan of files) await rm(join(folder, 'objects', orphan), { force: true });
  }

  #folderOf(bucket: string): string {
    return join(this.folder, 'buckets', bucket);
  }

  #pathOf({ bucket, name }: { bucket: string; name: string }, ending: string): string {
    const hash = createHash('sha256').update(name).digest('hex');
    return join(this.#folderOf(bucket), 'objects', `${hash}.${ending}`);
  }

  #home(bucket: string): Home {
    const home = this.#homes.get(bucket);
    if (!home) throw noSuchBucket();
    return home;
  }

  get buckets(): Bucket[] {
    return [...this.#homes.values()].map(({ bucket }) => bucket);
  }

  hasBucket(name: string): boolean {
    return this.#homes.has(name);
  }

  /** @throws GcsError 404 */
  bucket(name: string): Bucket {
    return this.#home(name).bucket;
  }

  /** @throws GcsError 409 where the name is taken, 400 where it cannot be one. */
  async createBucket(name: string, fields: Record<string, unknown> = {}): Promise<Bucket> {
    // https://cloud.google.com/storage/docs/buckets#naming
    if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name)) throw invalid(`Invalid bucket name: '${name}'`);
    return this.#queue.run(name, async () => {
      if (this.#homes.has(name))
        throw conflict(
          'Your previous request to create the named bucket succeeded and you already own it.',
          'BucketAlreadyOwnedByYou',
        );
      const bucket = newBucket(name, fields);
      await mkdir(join(this.#folderOf(name), 'objects'), { recursive: true });
      await writeJson(join(this.#folderOf(name), 'bucket.json'), bucket);
      this.#homes.set(name, { bucket, objects: new Map(), names: [] });
      return bucket;
    });
  }

  async patchBucket(name: string, patch: Record<string, unknown>): Promise<Bucket> {
    return this.#queue.run(name, async () => {
      const home = this.#home(name);
      const bucket = patchBucket(home.bucket, patch);
      await writeJson(join(this.#folderOf(name), 'bucket.json'), bucket);
      home.bucket = bucket;
      return bucket;
    });
  }

  /** @throws GcsError 409 where there are objects in it. */
  async deleteBucket(name: string): Promise<void> {
    await this.#queue.run(name, async () => {
      if (this.#home(name).objects.size > 0)
        throw conflict('The bucket you tried to delete is not empty.', 'BucketNotEmpty');
      this.#homes.delete(name);
      await rm(this.#folderOf(name), { recursive: true, force: true });
    });
  }

  find(bucket: string, name: string): StoredObject | null {
    return this.#home(bucket).objects.get(name) ?? null;
  }

  /** @throws GcsError 404, also where a generation is asked for that is not the live one. */
  get(bucket: string, name: string, generation?: string | null): StoredObject {
    const object = this.find(bucket, name);
    if (!object || (generation != null && generation !== object.generation)) throw noSuchObject(bucket, name);
    return object;
  }

  list(bucket: string, options: ListOptions): ListPage & { objects: StoredObject[] } {
    const { names, objects } = this.#home(bucket);
    const page = listNames(names, options);
    return { ...page, objects: page.names.map((name) => objects.get(name)!) };
  }

  /** Streams bytes to a place of their own; what fails half-way leaves nothing. */
  async stage(bytes: AsyncIterable<Uint8Array>): Promise<Staged> {
    const path = join(this.folder, 'temp', randomUUID());
    try {
      return await stage(path, bytes);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async discard(staged: { path: string }): Promise<void> {
    await rm(staged.path, { force: true });
  }

  /** Makes staged bytes an object, over the one of that name. What `check` throws leaves all as it was. */
  async commit(
    target: { bucket: string; name: string },
    staged: Content,
    fields: ObjectFields,
    check: Check,
  ): Promise<StoredObject> {
    const { bucket, name } = target;
    return this.#queue.run(`${bucket}/${name}`, async () => {
      const home = this.#home(bucket);
      const before = home.objects.get(name) ?? null;
      check(before);
      const { path, ...content } = staged;
      const now = new Date().toISOString();
      const made = {
        generation: this.#nextGeneration(),
        metageneration: '1',
        timeCreated: now,
        updated: now,
      };
      const object: StoredObject = { ...fields, bucket, name, ...content, ...made };
      await rename(path, this.#pathOf(object, object.generation));
      await writeJson(this.#pathOf(object, 'json'), object);
      home.objects.set(name, object);
      addName(home.names, name);
      if (before) await rm(this.#pathOf(before, before.generation), { force: true });
      return object;
    });
  }

  #nextGeneration(): string {
    this.#lastGeneration = Math.max(Date.now() * 1000, this.#lastGeneration + 1);
    return String(this.#lastGeneration);
  }

  /** Changes an object's fields; its bytes and generation stay. */
  async update(
    bucket: string,
    name: string,
    change: (object: StoredObject) => StoredObject,
  ): Promise<StoredObject> {
    return this.#queue.run(`${bucket}/${name}`, async () => {
      const before = this.get(bucket, name);
      const metageneration = String(Number(before.metageneration) + 1);
      const object: StoredObject = {
        ...change(before),
        metageneration,
        updated: new Date().toISOString(),
      };
      await writeJson(this.#pathOf(object, 'json'), object);
      this.#home(bucket).objects.set(name, object);
      return object;
    });
  }

  async delete(bucket: string, name: string, check: (object: StoredObject) => void): Promise<void> {
    await this.#queue.run(`${bucket}/${name}`, async () => {
      const object = this.get(bucket, name);
      check(object);
      const home = this.#home(bucket);
      home.objects.delete(name);
      removeName(home.names, name);
      await rm(this.#pathOf(object, 'json'), { force: true });
      await rm(this.#pathOf(object, object.generation), { force: true });
    });
  }

  /** Opens an object's bytes, which a later write or delete does not disturb; closing them is the caller's. */
  async open(object: StoredObject): Promise<FileHandle> {
    try {
      return await open(this.#pathOf(object, object.generation));
    } catch {
      // Deleted since the object was looked up.
      throw noSuchObject(object.bucket, object.name);
    }
  }
}
