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
import { OBJECT_FIELDS, objectList, objectResource } from './client/answers.ts';
import { blocksOf, blocksOfFile } from './client/block.ts';
import type { GcsClient, Pace } from './client/gcs-client.ts';
import { DOWNLOAD_PACE, type DownloadPace, GcsDownload } from './transfer/gcs-download.ts';
import { bucketFault, GcsRefusal, toUnavailable } from './client/gcs-fault.ts';
import { upload, UPLOAD_PACE, type UploadPace } from './transfer/gcs-upload.ts';
import type { UrlSigner } from './url-signer.ts';

const HEALTH = 'temp/health/';
/** A probe wants to know how it is now. All three requests of a check have to fit into two seconds. */
const PROBE: Partial<Pace> = { attempts: 1, answerMs: 1_500, totalMs: 1_500 };
/** A start waits for what passes, and not for long. */
const START: Partial<Pace> = { attempts: 3, answerMs: 5_000, totalMs: 15_000 };

export interface GcsPace {
  uploads: Partial<UploadPace>;
  downloads: Partial<DownloadPace>;
}

/** Objects of a bucket of Google Cloud Storage, under their keys; the bucket may hold others beside them. */
export class GcsObjectStore extends ObjectStore {
  readonly #client: GcsClient;
  readonly #signer: UrlSigner | null;
  readonly #uploads: UploadPace;
  readonly #downloads: DownloadPace;

  /** `pace` is how patient it is, in the place of what is usual. Without a signer it has no URLs. */
  constructor(client: GcsClient, { signer, pace }: { signer?: UrlSigner; pace?: GcsPace } = {}) {
    super();
    this.#client = client;
    this.#signer = signer ?? null;
    this.#uploads = { ...UPLOAD_PACE, ...pace?.uploads };
    this.#downloads = { ...DOWNLOAD_PACE, ...pace?.downloads };
  }

  override get source(): string | null {
    return this.#signer?.source ?? null;
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
      if (error instanceof GcsRefusal && error.status === 404) return null;
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
    // One key more than asked for tells whether there is another page; what starts a page is a key that was given before.
    const maxResults = Math.min(limit + 2, MAX_PAGE);
    for (let pageToken = ''; ;) {
      const page = await this.#page({
        prefix,
        maxResults: String(maxResults),
        ...(after && { startOffset: after }),
        ...(pageToken && { pageToken }),
      });
      for (const { name } of page.items) {
        // What others put into the bucket under names that are no keys is none of the store's.
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

  /** Uploads that nobody goes on with end by themselves; what checks left behind does not. */
  override async discardUnfinished(): Promise<void> {
    for await (const keys of this.pages(HEALTH)) for (const key of keys) await this.delete(key);
  }

  override check(): Promise<void> {
    return this.#check(PROBE);
  }

  /** As `check`, with some patience: for a start. */
  checkPatiently(): Promise<void> {
    return this.#check(START);
  }

  async #check(pace: Partial<Pace>): Promise<void> {
    const id = randomUUID();
    const key = `${HEALTH}${id}`;
    const written = Buffer.from(id);
    try {
      await this.#put(key, written, 'text/plain', { ...this.#uploads, ...pace });
      const query = { alt: 'media' };
      const request = { method: 'GET', url: this.#client.pathOf(key), query, pace } as const;
      const read = await this.#client.send(request, async (answer) =>
        Buffer.from(await answer.arrayBuffer()),
      );
      if (!read.equals(written)) throw bucketFault('damaged-bytes');
    } catch (error) {
      await this.#delete(key, PROBE).catch(() => undefined);
      throw toUnavailable(error);
    }
    await this.#delete(key, pace);
  }

  async #put(key: string, body: Readable | Buffer, contentType: string, pace: UploadPace): Promise<void> {
    // The loop that reads the stream throws its error; one that comes before must not end the process.
    if (!Buffer.isBuffer(body)) body.on('error', () => undefined);
    try {
      checkKey(key);
      await upload(this.#client, key, blocksOf(body, pace.blockBytes), contentType, pace);
    } finally {
      if (!Buffer.isBuffer(body)) body.destroy();
    }
  }

  async #delete(key: string, pace: Partial<Pace> = {}): Promise<void> {
    try {
      const request = { method: 'DELETE', url: this.#client.pathOf(key), pace } as const;
      await this.#client.send(request, async (answer) => void (await answer.arrayBuffer()));
    } catch (error) {
      if (!(error instanceof GcsRefusal && error.status === 404)) throw toUnavailable(error);
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
