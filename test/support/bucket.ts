import { BUCKET, LocalGcs } from './gcs/local-gcs.ts';

/** What Google's client finds in the environment. */
const NAMES = [
  'STORAGE_EMULATOR_HOST',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GCE_METADATA_HOST',
  'HOME',
] as const;

/** A local Cloud Storage that Google's client finds by itself, for as long as it is open. */
export class TestBucket {
  readonly gcs: LocalGcs;
  readonly #before: [string, string | undefined][];

  private constructor(gcs: LocalGcs) {
    this.gcs = gcs;
    this.#before = NAMES.map((name) => [name, process.env[name]]);
    process.env['STORAGE_EMULATOR_HOST'] = gcs.server.url;
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = gcs.server.keyFile;
  }

  static async open(): Promise<TestBucket> {
    return new TestBucket(await LocalGcs.start());
  }

  /** What the service is started with. */
  get env(): { STORAGE_URL: string } {
    return { STORAGE_URL: `gs://${BUCKET}` };
  }

  /** The names of all objects. */
  async names(): Promise<string[]> {
    const [files] = await this.gcs.bucket.getFiles();
    return files.map(({ name }) => name);
  }

  async close(): Promise<void> {
    for (const [name, value] of this.#before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await this.gcs.close();
  }
}
