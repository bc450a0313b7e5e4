import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { checkKey, checkListing, isKeyComponent, MAX_PAGE } from '../object-key.ts';
import {
  type ByteRange,
  checkRange,
  type ObjectInfo,
  type ObjectUrl,
  type Presentation,
  type ObjectPage,
  ObjectStore,
} from '../object-store.ts';
import { OBJECT_FIELDS, objectList, objectResource } from './client/responses.ts';
import { blocksOf, blocksOfFile } from './client/block.ts';
import type { GcsClient, RetryPolicy } from './client/gcs-client.ts';
import { DOWNLOAD_POLICY, type DownloadPolicy, GcsDownload } from './transfer/gcs-download.ts';
import { bucketFault, GcsResponseError, toUnavailable } from './client/gcs-fault.ts';
import { upload, UPLOAD_POLICY, type UploadPolicy } from './transfer/gcs-upload.ts';
import type { UrlSigner } from './url-signer.ts';

const HEALTH_PREFIX = 'temp/health/';
/** For a health probe, which reports the current state. All three requests have to complete within two seconds. */
const PROBE: Partial<RetryPolicy> = { attempts: 1, attemptMs: 1_500, totalMs: 1_500 };
/** For startup, which waits a short time for temporary failures to pass. */
const STARTUP: Partial<RetryPolicy> = { attempts: 3, attemptMs: 5_000, totalMs: 15_000 };

export interface GcsPolicies {
  uploads: Partial<UploadPolicy>;
  downloads: Partial<DownloadPolicy>;
}

/**
 * Stores objects in a Google Cloud Storage bucket, each under its key. The bucket may contain other objects too.
 */
export class GcsObjectStore extends ObjectStore {
  readonly #client: GcsClient;
  readonly #signer: UrlSigner | null;
  readonly #uploads: UploadPolicy;
  readonly #downloads: DownloadPolicy;

  /**
   * @param options.signer signs the URLs of objects; without a signer, objects have no URLs
   * @param options.policies override the default timeouts and retries
   */
  constructor(client: GcsClient, options: { signer?: UrlSigner; policies?: GcsPolicies } = {}) {
    super();
    const { signer, policies } = options;
    this.#client = client;
    this.#signer = signer ?? null;
    this.#uploads = { ...UPLOAD_POLICY, ...policies?.uploads };
    this.#downloads = { ...DOWNLOAD_POLICY, ...policies?.downloads };
  }

  override get cspSource(): string | null {
    return this.#signer?.cspSource ?? null;
  }

  override async put(key: string, body: Readable | Buffer, contentType: string): Promise<void> {
    await this.#put(key, body, contentType, this.#uploads);
  }

  override async putFile(key: string, path: string, contentType: string): Promise<void> {
    checkKey(key);
    const blocks = blocksOfFile(path, this.#uploads.blockBytes);
    await upload(this.#client, key, blocks, contentType, this.#uploads);
  }

  override async read(key: string, range?: ByteRange): Promise<Readable> {
    checkKey(key);
    if (range) checkRange(range);
    return GcsDownload.open(this.#client, key, range, this.#downloads);
  }

  override async find(key: string): Promise<ObjectInfo | null> {
    checkKey(key);
    try {
      const request = {
        method: 'GET',
        url: this.#client.pathOf(key),
        query: { fields: OBJECT_FIELDS },
      } as const;
      const { size } = await this.#client.json(request, objectResource);
      return { key, sizeBytes: Number(size) };
    } catch (error) {
      if (error instanceof GcsResponseError && error.status === 404) return null;
      throw toUnavailable(error);
    }
  }

  override async delete(key: string): Promise<void> {
    checkKey(key);
    await this.#delete(key);
  }

  override async list(
    prefix: string,
    { after, limit }: { after?: string | null; limit: number },
  ): Promise<ObjectPage> {
    checkListing(prefix, after, limit);
    const keys: string[] = [];
    // Two keys more than requested: one because the listing starts with `after` itself, which is skipped, and one
    // to find out whether there is another page.
    const maxResults = Math.min(limit + 2, MAX_PAGE);
    for (let pageToken = ''; ;) {
      const page = await this.#page({
        prefix,
        maxResults: String(maxResults),
        ...(after && { startOffset: after }),
        ...(pageToken && { pageToken }),
      });
      for (const { name } of page.items) {
        // Skips objects of other programs whose names are not valid keys.
        if (name === after || !name.split('/').every(isKeyComponent)) continue;
        if (keys.length === limit) return { keys, next: keys.at(-1) ?? null };
        keys.push(name);
      }
      pageToken = page.nextPageToken ?? '';
      if (!pageToken) return { keys, next: null };
    }
  }

  override async urlOf(key: string, as: Presentation): Promise<ObjectUrl | null> {
    checkKey(key);
    return this.#signer ? this.#signer.signRead(key, as) : null;
  }

  /** Removes only the objects of health checks, because Cloud Storage itself discards abandoned uploads. */
  /** A bucket discards unfinished writes itself. Only objects of health checks can remain. */
  override async discardUnfinished(olderThanMs: number): Promise<void> {
    if (olderThanMs > 0) return;
    for await (const keys of this.pages(HEALTH_PREFIX)) for (const key of keys) await this.delete(key);
  }

  override check(): Promise<void> {
    return this.#check(PROBE);
  }

  /** Like `check`, but retries for up to 15 seconds. Used at startup. */
  checkWithRetries(): Promise<void> {
    return this.#check(STARTUP);
  }

  async #check(policy: Partial<RetryPolicy>): Promise<void> {
    const id = randomUUID();
    const key = `${HEALTH_PREFIX}${id}`;
    const written = Buffer.from(id);
    try {
      await this.#put(key, written, 'text/plain', { ...this.#uploads, ...policy });
      const query = { alt: 'media' };
      const request = { method: 'GET', url: this.#client.pathOf(key), query, policy } as const;
      const read = await this.#client.send(request, async (response) =>
        Buffer.from(await response.arrayBuffer()),
      );
      if (!read.equals(written)) throw bucketFault('damaged-bytes');
    } catch (error) {
      await this.#delete(key, PROBE).catch(() => undefined);
      throw toUnavailable(error);
    }
    await this.#delete(key, policy);
  }

  async #put(key: string, body: Readable | Buffer, contentType: string, policy: UploadPolicy): Promise<void> {
    // The loop that reads the stream throws its errors. This listener keeps earlier errors from ending the process.
    if (!Buffer.isBuffer(body)) body.on('error', () => undefined);
    try {
      checkKey(key);
      await upload(this.#client, key, blocksOf(body, policy.blockBytes), contentType, policy);
    } finally {
      if (!Buffer.isBuffer(body)) body.destroy();
    }
  }

  async #delete(key: string, policy: Partial<RetryPolicy> = {}): Promise<void> {
    try {
      const request = { method: 'DELETE', url: this.#client.pathOf(key), policy } as const;
      await this.#client.send(request, async (response) => void (await response.arrayBuffer()));
    } catch (error) {
      if (!(error instanceof GcsResponseError && error.status === 404)) throw toUnavailable(error);
    }
  }

  async #page(query: Record<string, string>) {
    try {
      return await this.#client.json(
        {
          method: 'GET',
          url: this.#client.pathOf(),
          query: { ...query, fields: 'items(name),nextPageToken' },
        },
        objectList,
      );
    } catch (error) {
      throw toUnavailable(error);
    }
  }
}
