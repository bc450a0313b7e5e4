import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict, invalid, noSuchBucket, noSuchObject } from './errors.ts';
import { KeyedQueue, readJson, stage, type Staged, writeJson } from './files.ts';
import { addName, compareNames, type ListOptions, type ListPage, listNames, removeName } from './listing.ts';
import {
  type Bucket,
  newBucket,
  type ObjectAddress,
  type ObjectFields,
  patchBucket,
  type StoredObject,
} from './records.ts';

interface BucketState {
  bucket: Bucket;
  objects: Map<string, StoredObject>;
  /** The names of the objects, in the order of listings. */
  names: string[];
}

/** Staged bytes that become an object. Composed objects have no MD5. */
export interface Content extends Omit<Staged, 'md5Hash'> {
  md5Hash?: string | undefined;
  componentCount?: number | undefined;
}

type Check = (current: StoredObject | null) => void;

/**
 * Stores buckets and objects in a folder. Only one process may use the folder at a time:
 *
 *     buckets/{bucket}/bucket.json
 *     buckets/{bucket}/objects/{SHA-256 of the name}.json         the object's metadata
 *     buckets/{bucket}/objects/{SHA-256 of the name}.{generation} the object's bytes
 *     temp/                                                       staged bytes
 *
 * Acknowledged writes survive the end of the process, but nothing is flushed to the disk.
 */
export class Store {
  readonly folder: string;
  readonly #states = new Map<string, BucketState>();
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
    // The process was killed while it created or deleted the bucket.
    if (!bucket) return rm(folder, { recursive: true, force: true });
    const state: BucketState = { bucket, objects: new Map(), names: [] };
    this.#states.set(bucketName, state);
    const files = new Set(await readdir(join(folder, 'objects')));
    for (const file of files) {
      if (!file.endsWith('.json')) continue;
      const object = await readJson<StoredObject>(folder, 'objects', file);
      state.objects.set(object.name, object);
      files.delete(file);
      files.delete(file.replace(/json$/, object.generation));
      this.#lastGeneration = Math.max(this.#lastGeneration, Number(object.generation));
    }
    state.names = [...state.objects.keys()].toSorted(compareNames);
    for (const orphan of files) await rm(join(folder, 'objects', orphan), { force: true });
  }

  #folderOf(bucket: string): string {
    return join(this.folder, 'buckets', bucket);
  }

  #pathOf({ bucket, name }: ObjectAddress, extension: string): string {
    const hash = createHash('sha256').update(name).digest('hex');
    return join(this.#folderOf(bucket), 'objects', `${hash}.${extension}`);
  }

  #stateOf(bucket: string): BucketState {
    const state = this.#states.get(bucket);
    if (!state) throw noSuchBucket();
    return state;
  }

  get buckets(): Bucket[] {
    return [...this.#states.values()].map(({ bucket }) => bucket);
  }

  hasBucket(name: string): boolean {
    return this.#states.has(name);
  }

  /** @throws GcsError 404 if the bucket does not exist */
  bucket(name: string): Bucket {
    return this.#stateOf(name).bucket;
  }

  /** @throws GcsError 409 if the bucket already exists, or 400 if the name is invalid */
  async createBucket(name: string, fields: Record<string, unknown> = {}): Promise<Bucket> {
    // https://cloud.google.com/storage/docs/buckets#naming
    if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name)) throw invalid(`Invalid bucket name: '${name}'`);
    return this.#queue.run(name, async () => {
      if (this.#states.has(name))
        throw conflict(
          'Your previous request to create the named bucket succeeded and you already own it.',
          'BucketAlreadyOwnedByYou',
        );
      const bucket = newBucket(name, fields);
      await mkdir(join(this.#folderOf(name), 'objects'), { recursive: true });
      await writeJson(join(this.#folderOf(name), 'bucket.json'), bucket);
      this.#states.set(name, { bucket, objects: new Map(), names: [] });
      return bucket;
    });
  }

  async patchBucket(name: string, patch: Record<string, unknown>): Promise<Bucket> {
    return this.#queue.run(name, async () => {
      const state = this.#stateOf(name);
      const bucket = patchBucket(state.bucket, patch);
      await writeJson(join(this.#folderOf(name), 'bucket.json'), bucket);
      state.bucket = bucket;
      return bucket;
    });
  }

  /** @throws GcsError 409 if the bucket is not empty */
  async deleteBucket(name: string): Promise<void> {
    await this.#queue.run(name, async () => {
      if (this.#stateOf(name).objects.size > 0)
        throw conflict('The bucket you tried to delete is not empty.', 'BucketNotEmpty');
      this.#states.delete(name);
      await rm(this.#folderOf(name), { recursive: true, force: true });
    });
  }

  find(bucket: string, name: string): StoredObject | null {
    return this.#stateOf(bucket).objects.get(name) ?? null;
  }

  /** @throws GcsError 404 if the object does not exist, or if `generation` is not its current generation */
  get(bucket: string, name: string, generation?: string | null): StoredObject {
    const object = this.find(bucket, name);
    if (!object || (generation != null && generation !== object.generation)) throw noSuchObject(bucket, name);
    return object;
  }

  list(bucket: string, options: ListOptions): ListPage & { objects: StoredObject[] } {
    const { names, objects } = this.#stateOf(bucket);
    const page = listNames(names, options);
    return { ...page, objects: page.names.map((name) => objects.get(name)!) };
  }

  /** Streams bytes to a temporary file, which is removed if the stream fails. */
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

  /** Turns staged bytes into an object, which replaces an existing one. If `check` throws, nothing changes. */
  async commit(
    target: ObjectAddress,
    staged: Content,
    fields: ObjectFields,
    check: Check,
  ): Promise<StoredObject> {
    const { bucket, name } = target;
    return this.#queue.run(`${bucket}/${name}`, async () => {
      const state = this.#stateOf(bucket);
      const before = state.objects.get(name) ?? null;
      check(before);
      const { path, ...content } = staged;
      const now = new Date().toISOString();
      const version = {
        generation: this.#nextGeneration(),
        metageneration: '1',
        timeCreated: now,
        updated: now,
      };
      const object: StoredObject = { ...fields, bucket, name, ...content, ...version };
      await rename(path, this.#pathOf(object, object.generation));
      await writeJson(this.#pathOf(object, 'json'), object);
      state.objects.set(name, object);
      addName(state.names, name);
      if (before) await rm(this.#pathOf(before, before.generation), { force: true });
      return object;
    });
  }

  #nextGeneration(): string {
    this.#lastGeneration = Math.max(Date.now() * 1000, this.#lastGeneration + 1);
    return String(this.#lastGeneration);
  }

  /** Changes the metadata of an object. Its bytes and its generation remain. */
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
      this.#stateOf(bucket).objects.set(name, object);
      return object;
    });
  }

  async delete(bucket: string, name: string, check: (object: StoredObject) => void): Promise<void> {
    await this.#queue.run(`${bucket}/${name}`, async () => {
      const object = this.get(bucket, name);
      check(object);
      const state = this.#stateOf(bucket);
      state.objects.delete(name);
      removeName(state.names, name);
      await rm(this.#pathOf(object, 'json'), { force: true });
      await rm(this.#pathOf(object, object.generation), { force: true });
    });
  }

  /** Opens the bytes of an object, unaffected by later writes and deletions. The caller has to close the file. */
  async open(object: StoredObject): Promise<FileHandle> {
    try {
      return await open(this.#pathOf(object, object.generation));
    } catch {
      // The object was deleted after the caller found it.
      throw noSuchObject(object.bucket, object.name);
    }
  }
}
