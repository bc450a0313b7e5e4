import { MIB } from '../../../config/units.ts';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ByteRange, ObjectNotFoundError, StorageUnavailableError } from '../../object-store.ts';
import { Crc32c } from '../client/crc32c.ts';
import type { GcsClient } from '../client/gcs-client.ts';
import { bucketFault, GcsRefusal, NoAnswerError, toUnavailable } from '../client/gcs-fault.ts';

/** What a stream that breaks is worth. Milliseconds. */
export interface DownloadPace {
  /** Without a byte. */
  stallMs: number;
  /** How often it is gone on with where no byte came in between. */
  attempts: number;
  backOffMs: number;
  /** So many bytes have to come in so much waiting; what comes more slowly is given up. */
  leastBytes: number;
  slowMs: number;
}

export const DOWNLOAD_PACE: DownloadPace = {
  stallMs: 20_000,
  attempts: 4,
  backOffMs: 300,
  leastBytes: MIB,
  slowMs: 60_000,
};

/** One connection's part of the bytes. */
interface Source {
  reader: ReadableStreamDefaultReader<Uint8Array>;
  stop: AbortController;
}

/**
 * The bytes of an object, or a range of them. A connection that breaks or stalls is gone on with where it ended, of the
 * same generation; a whole object has to have its CRC32C in the end.
 */
export class GcsDownload extends Readable {
  readonly #client: GcsClient;
  readonly #key: string;
  readonly #range: ByteRange | undefined;
  readonly #pace: DownloadPace;
  readonly #crc32c = new Crc32c();
  /** Ends what is under way when nobody wants the bytes any more. */
  readonly #gone = new AbortController();
  #source: Source | null = null;
  #generation = '';
  #expected: string | null = null;
  #position: number;
  /** The latest bytes wait for the next, so that what does not have its CRC32C never arrives whole. */
  #held: Buffer | null = null;
  #failures = 0;
  /** Since `leastBytes` had come. */
  #came = 0;
  #waitedMs = 0;

  private constructor(client: GcsClient, key: string, range: ByteRange | undefined, pace: DownloadPace) {
    super();
    this.#client = client;
    this.#key = key;
    this.#range = range;
    this.#pace = pace;
    this.#position = range?.start ?? 0;
  }

  /** Resolves when the object is open. @throws ObjectNotFoundError, RangeError, StorageUnavailableError */
  static async open(
    client: GcsClient,
    key: string,
    range: ByteRange | undefined,
    pace: DownloadPace,
  ): Promise<GcsDownload> {
    const download = new GcsDownload(client, key, range, pace);
    await download.#connect();
    return download;
  }

  override _read(): void {
    this.#next().catch((error: unknown) => this.destroy(toUnavailable(error)));
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#gone.abort();
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
        this.#keepPace(chunk.length, now - began);
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
        // A connection that could not be made was tried often enough.
        const isOver = error instanceof StorageUnavailableError || error instanceof ObjectNotFoundError;
        if (isOver || this.#failures >= this.#pace.attempts) throw error;
        await sleep(this.#pace.backOffMs * 2 ** (this.#failures - 1), undefined, {
          signal: this.#gone.signal,
        });
      }
    }
  }

  /** Only the time in which bytes were wanted counts, and not that of who reads them. @throws StorageUnavailableError */
  #keepPace(bytes: number, ms: number): void {
    this.#came += bytes;
    this.#waitedMs += ms;
    if (this.#came >= this.#pace.leastBytes) this.#came = this.#waitedMs = 0;
    if (this.#waitedMs > this.#pace.slowMs)
      throw bucketFault('slow', new NoAnswerError('The bytes come too slowly.'));
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
    const stalled = (): void => source.stop.abort(new NoAnswerError('The bytes have stopped coming.'));
    const timer = setTimeout(stalled, this.#pace.stallMs);
    try {
      const { done, value } = await source.reader.read();
      return done ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    } catch (error) {
      throw source.stop.signal.aborted ? source.stop.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for what is still to come. */
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
            // As they are stored: what was sent as gzip would come unpacked, and without its checksum.
            'accept-encoding': 'gzip',
            ...(!isWhole && { range: `bytes=${this.#position}-${last}` }),
          },
          signal: AbortSignal.any([stop.signal, this.#gone.signal]),
        },
        (answer) => Promise.resolve(answer),
      );
      if (response.status !== (isWhole ? 200 : 206))
        throw bucketFault('failing', new Error('Another part was sent than asked for.'));
      this.#generation = response.headers.get('x-goog-generation') ?? '';
      if (isWhole)
        this.#expected = /crc32c=([^,\s]+)/.exec(response.headers.get('x-goog-hash') ?? '')?.[1] ?? null;
      const body = response.body ?? new Response('').body;
      if (body) this.#source = { reader: body.getReader(), stop };
    } catch (error) {
      stop.abort();
      if (!(error instanceof GcsRefusal)) throw error;
      if (error.status === 404) throw new ObjectNotFoundError('There is no such object.', { cause: error });
      if (error.status === 416)
        throw new RangeError('The range starts behind the last byte.', { cause: error });
      throw toUnavailable(error);
    }
  }
}
