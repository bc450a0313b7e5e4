import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GetSignedUrlConfig, Storage, type StorageOptions } from '@google-cloud/storage';
import { GcsServer, type GcsServerOptions } from './server.ts';

export const BUCKET = 'test-bucket';

/** A server on loopback in a folder of its own, with one bucket, and Google's client for it. */
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

  /** A client that signs with the account's key, sends no token, and waits no longer than a second to try again. */
  client(options: StorageOptions = {}): Storage {
    const { url, serviceAccountKey } = this.server;
    const storage = new Storage({
      apiEndpoint: url,
      projectId: serviceAccountKey.project_id,
      retryOptions: { maxRetryDelay: 1 },
      ...options,
    });
    // As if it had come from a file: the option `credentials` does the same and warns.
    storage.authClient.jsonContent = { ...serviceAccountKey };
    return storage;
  }

  /** A URL signed by the client, for 15 minutes where nothing else is said. */
  async sign(
    name: string,
    config: Partial<GetSignedUrlConfig> & Pick<GetSignedUrlConfig, 'action'>,
  ): Promise<string> {
    const options = { version: 'v4' as const, expires: Date.now() + 15 * 60_000, ...config };
    return (await this.bucket.file(name).getSignedUrl(options))[0];
  }

  /** An object's bytes, without the client's help; null where there is no such object. */
  async content(name: string): Promise<Buffer | null> {
    const answer = await fetch(await this.sign(name, { action: 'read' }));
    return answer.status === 404 ? null : Buffer.from(await answer.arrayBuffer());
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
    if (this.server.mistakes.length > 0)
      throw new AggregateError(this.server.mistakes, 'The server made mistakes of its own.');
  }
}

/** Bytes that no part of repeats soon. */
export function someBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) bytes.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, i);
  return bytes;
}

/** The status and the code of an error of the XML API. */
export async function refusal(answer: Response): Promise<[number, string | undefined]> {
  return [answer.status, /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]];
}
