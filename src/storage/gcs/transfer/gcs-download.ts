import { MIB } from '../../../config/units.ts';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ByteRange, ObjectNotFoundError, StorageUnavailableError } from '../../object-store.ts';
import { Crc32c } from '../client/crc32c.ts';
import type { GcsClient } from '../client/gcs-client.ts';
import { bucketFault, GcsResponseError, RequestTimeoutError, toUnavailable } from '../client/gcs-fault.ts';

/** The time limits and retries of a download. Times are in milliseconds. */
export interface DownloadPolicy {
  /** The longest wait for the next byte. After it, a new connection resumes the download. */
  stallMs: number;
  /** The maximum number of consecutive failures without a byte in between. */
  attempts: number;
  /** The pause after the first failure. It doubles after each further failure. */
  backOffMs: number;
  /** The download fails if `minBytes` bytes take longer than `slowMs` to arrive. */
  minBytes: number;
  slowMs: number;
}

export const DOWNLOAD_POLICY: DownloadPolicy = {
  stallMs: 20_000,
  attempts: 4,
  backOffMs: 300,
  minBytes: MIB,
  slowMs: 60_000,
};

/** The response body of the current connection. */
interface Source {
  reader: ReadableStreamDefaultReader<Uint8Array>;
  stop: AbortController;
}

/**
 * Streams the bytes of an object, or a range of them. After a connection breaks or stalls, a new one continues at
 * the same position of the same generation. The CRC32C of a whole object is verified at the end.
 */
export class GcsDownload extends Readable {
  readonly #client: GcsClient;
  readonly #key: string;
  readonly #range: ByteRange | undefined;
  readonly #policy: DownloadPolicy;
  readonly #crc32c = new Crc32c();
  /** Aborts the current request when the stream is destroyed. */
  readonly #abortController = new AbortController();
  #source: Source | null = null;
  #generation = '';
  #expected: string | null = null;
  #position: number;
  /** The latest chunk. It is held back until the next one arrives, so that a damaged object is never complete. */
  #held: Buffer | null = null;
  #failures = 0;
  /** The bytes received, and the time spent waiting for them, since `minBytes` bytes were last reached. */
  #windowBytes = 0;
  #windowMs = 0;

  private constructor(client: GcsClient, key: string, range: ByteRange | undefined, policy: DownloadPolicy) {
    super();
    this.#client = client;
    this.#key = key;
    this.#range = range;
    this.#policy = policy;
    this.#position = range?.start ?? 0;
  }

  /**
   * Resolves when the first response has arrived.
   * @throws ObjectNotFoundError if there is no such object
   * @throws RangeError if the range starts after the last byte
   * @throws StorageUnavailableError
   */
  static async open(
    client: GcsClient,
    key: string,
    range: ByteRange | undefined,
    policy: DownloadPolicy,
  ): Promise<GcsDownload> {
    const download = new GcsDownload(client, key, range, policy);
    await download.#connect();
    return download;
  }

  override _read(): void {
    this.#next().catch((error: unknown) => this.destroy(toUnavailable(error)));
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#abortController.abort();
    callback(error);
  }

  async #next(): Promise<void> {
    let began = performance.now();
    for (;;) {
      try {
        if (!this.#source) await this.#connect();
        const chunk = await this.#chunk();
        if (chunk === null) return this.#finish();
        const now = performance.now();
        this.#checkSpeed(chunk.length, now - began);
        began = now;
        this.#failures = 0;
        this.#position += chunk.length;
        if (!this.#range) this.#crc32c.update(chunk);
        const before = this.#held;
        this.#held = chunk;
        if (!before) continue;
        this.push(before);
        return;
      } catch (error) {
        if (this.destroyed) return;
        this.#source?.stop.abort();
        this.#source = null;
        this.#failures += 1;
        // The client has already retried a request that fails with one of these errors.
        const isFinal = error instanceof StorageUnavailableError || error instanceof ObjectNotFoundError;
        if (isFinal || this.#failures >= this.#policy.attempts) throw error;
        await sleep(this.#policy.backOffMs * 2 ** (this.#failures - 1), undefined, {
          signal: this.#abortController.signal,
        });
      }
    }
  }

  /**
   * Counts only the time spent waiting for Cloud Storage, not the time of the reader.
   * @throws StorageUnavailableError if the bytes arrive too slowly
   */
  #checkSpeed(bytes: number, ms: number): void {
    this.#windowBytes += bytes;
    this.#windowMs += ms;
    if (this.#windowBytes >= this.#policy.minBytes) this.#windowBytes = this.#windowMs = 0;
    if (this.#windowMs > this.#policy.slowMs)
      throw bucketFault('slow', new RequestTimeoutError('The bytes arrive too slowly.'));
  }

  #finish(): void {
    if (this.#expected !== null && this.#crc32c.toString() !== this.#expected)
      return void this.destroy(bucketFault('damaged-bytes'));
    if (this.#held) this.push(this.#held);
    this.push(null);
  }

  async #chunk(): Promise<Buffer | null> {
    const source = this.#source;
    if (!source) return null;
    const stalled = (): void => source.stop.abort(new RequestTimeoutError('The download stalled.'));
    const timer = setTimeout(stalled, this.#policy.stallMs);
    try {
      const { done, value } = await source.reader.read();
      return done ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    } catch (error) {
      throw source.stop.signal.aborted ? source.stop.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Requests the remaining bytes. */
  async #connect(): Promise<void> {
    const stop = new AbortController();
    const isWhole = !this.#range && this.#position === 0;
    const last = this.#range ? String(this.#range.end) : '';
    try {
      const response = await this.#client.send(
        {
          method: 'GET',
          url: this.#client.pathOf(this.#key),
          query: { alt: 'media', ...(this.#generation && { generation: this.#generation }) },
          headers: {
            // Requests the bytes as they are stored. Otherwise, an object that was uploaded as gzip would be
            // decompressed and would not match its checksum.
            'accept-encoding': 'gzip',
            ...(!isWhole && { range: `bytes=${this.#position}-${last}` }),
          },
          signal: AbortSignal.any([stop.signal, this.#abortController.signal]),
        },
        (received) => Promise.resolve(received),
      );
      if (response.status !== (isWhole ? 200 : 206))
        throw bucketFault('failing', new Error(`Unexpected status ${response.status} of a download.`));
      this.#generation = response.headers.get('x-goog-generation') ?? '';
      if (isWhole)
        this.#expected = /crc32c=([^,\s]+)/.exec(response.headers.get('x-goog-hash') ?? '')?.[1] ?? null;
      const body = response.body ?? new Response('').body;
      if (body) this.#source = { reader: body.getReader(), stop };
    } catch (error) {
      stop.abort();
      if (!(error instanceof GcsResponseError)) throw error;
      if (error.status === 404) throw new ObjectNotFoundError('The object does not exist.', { cause: error });
      if (error.status === 416)
        throw new RangeError('The range starts after the last byte.', { cause: error });
      throw toUnavailable(error);
    }
  }
}
