import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GetSignedUrlConfig, Storage, type StorageOptions } from '@google-cloud/storage';
import { GcsServer, type GcsServerOptions } from './server.ts';

export const BUCKET = 'test-bucket';

/** A server on the loopback interface with a temporary folder and one bucket, and a Google client for it. */
export class LocalGcs {
  readonly server: GcsServer;
  readonly folder: string;
  readonly storage: Storage;

  private constructor(server: GcsServer, folder: string) {
    this.server = server;
    this.folder = folder;
    this.storage = this.client();
  }

  static async start(options: Partial<GcsServerOptions> = {}): Promise<LocalGcs> {
    const folder = await mkdtemp(join(tmpdir(), 'gcs-'));
    return new LocalGcs(await GcsServer.start({ folder, buckets: [BUCKET], ...options }), folder);
  }

  get bucket() {
    return this.storage.bucket(BUCKET);
  }

  /** Creates a client that signs with the account's key, sends no token, and pauses at most 1 s between retries. */
  client(options: StorageOptions = {}): Storage {
    const { url, serviceAccountKey } = this.server;
    const storage = new Storage({
      apiEndpoint: url,
      projectId: serviceAccountKey.project_id,
      retryOptions: { maxRetryDelay: 1 },
      ...options,
    });
    // Sets the key as if it came from a file. The option `credentials` has the same effect, but logs a warning.
    storage.authClient.jsonContent = { ...serviceAccountKey };
    return storage;
  }

  /** Signs a URL with the client. By default, it is valid for 15 minutes. */
  async sign(
    name: string,
    config: Partial<GetSignedUrlConfig> & Pick<GetSignedUrlConfig, 'action'>,
  ): Promise<string> {
    const options = { version: 'v4' as const, expires: Date.now() + 15 * 60_000, ...config };
    return (await this.bucket.file(name).getSignedUrl(options))[0];
  }

  /** Reads an object without Google's client. Returns `null` if there is no such object. */
  async content(name: string): Promise<Buffer | null> {
    const response = await fetch(await this.sign(name, { action: 'read' }));
    return response.status === 404 ? null : Buffer.from(await response.arrayBuffer());
  }

  /** @throws AggregateError if the server had unexpected errors */
  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
    if (this.server.unexpectedErrors.length > 0)
      throw new AggregateError(
        this.server.unexpectedErrors,
        'The local Cloud Storage server failed unexpectedly.',
      );
  }
}

/** Returns bytes without repetitions, so that tests notice misplaced parts. */
export function someBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) bytes.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, i);
  return bytes;
}

/** Returns the status and the code of an error of the XML API. */
export async function xmlErrorOf(response: Response): Promise<[number, string | undefined]> {
  return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]];
}
