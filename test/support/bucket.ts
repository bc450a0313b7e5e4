import { Storage } from '@google-cloud/storage';
import { BUCKET, LocalGcs } from './gcs/local-gcs.ts';
import type { GcsServerOptions } from './gcs/server.ts';

/** Environment variables that Google's client reads. */
const NAMES = ['STORAGE_EMULATOR_HOST', 'GOOGLE_APPLICATION_CREDENTIALS', 'GCE_METADATA_HOST'] as const;

/** A bucket that Google's client can reach with its default configuration until `close` is called. */
export class TestBucket {
  readonly storage: Storage;
  readonly name: string;

  protected constructor(storage: Storage, name: string) {
    this.storage = storage;
    this.name = name;
  }

  /**
   * Opens a bucket of a local server or, if GCS_TEST_BUCKET is set, the real bucket with that name. `close` deletes
   * all objects of a real bucket.
   *
   * @throws Error if the real bucket is not empty.
   */
  static async open(): Promise<TestBucket> {
    const name = process.env['GCS_TEST_BUCKET'];
    if (!name) return LocalBucket.open();
    const bucket = new TestBucket(new Storage(), name);
    const [found] = await bucket.names();
    if (found !== undefined)
      throw new Error(
        `GCS_TEST_BUCKET: gs://${name} is not empty (it has ${found}), and the tests delete all of its objects.`,
      );
    return bucket;
  }

  /** Environment variables for a service in this process. */
  get env(): { STORAGE_URL: string } {
    return { STORAGE_URL: `gs://${this.name}` };
  }

  get origin(): string {
    return new URL(this.storage.apiEndpoint).origin;
  }

  /** The names of all objects. */
  async names(): Promise<string[]> {
    const [files] = await this.storage.bucket(this.name).getFiles();
    return files.map(({ name }) => name);
  }

  async content(name: string): Promise<Buffer> {
    const [bytes] = await this.storage.bucket(this.name).file(name).download();
    return bytes;
  }

  async contentType(name: string): Promise<string | undefined> {
    const [{ contentType }] = await this.storage.bucket(this.name).file(name).getMetadata();
    return contentType;
  }

  async close(): Promise<void> {
    await this.storage.bucket(this.name).deleteFiles({ force: true });
  }
}

/** A bucket of a local server that can simulate failures. */
export class LocalBucket extends TestBucket {
  readonly gcs: LocalGcs;
  readonly #before: [string, string | undefined][];

  private constructor(gcs: LocalGcs) {
    super(gcs.storage, BUCKET);
    this.gcs = gcs;
    this.#before = NAMES.map((name) => [name, process.env[name]]);
    process.env['STORAGE_EMULATOR_HOST'] = gcs.server.url;
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = gcs.server.keyFile;
  }

  static override async open(options: Partial<GcsServerOptions> = {}): Promise<LocalBucket> {
    return new LocalBucket(await LocalGcs.start(options));
  }

  /** Environment variables for a service in another process. */
  get processEnv(): Record<string, string> {
    const { url, keyFile } = this.gcs.server;
    return { ...this.env, STORAGE_EMULATOR_HOST: url, GOOGLE_APPLICATION_CREDENTIALS: keyFile };
  }

  override async close(): Promise<void> {
    for (const [name, value] of this.#before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await this.gcs.close();
  }
}
