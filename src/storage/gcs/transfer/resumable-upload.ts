import { setTimeout as sleep } from 'node:timers/promises';
import { StorageUnavailableError } from '../../object-store.ts';
import { objectResource, type ObjectResource } from '../client/answers.ts';
import { type Block, restOf, sizeOf } from '../client/block.ts';
import { bucketFault, GcsRefusal } from '../client/gcs-fault.ts';
import type { GcsClient, Pace } from '../client/gcs-client.ts';

/** "Resume Incomplete": what was sent was taken, as far as its Range header says. */
const INCOMPLETE = 308;
const ATTEMPTS = 5;

type Answer = { object: ObjectResource } | { received: number };

/**
 * An upload in several requests: https://cloud.google.com/storage/docs/performing-resumable-uploads. After a request that
 * failed, the session is asked how far it came. It ends by itself after a week, and nothing of it can be seen until then.
 */
export class ResumableUpload {
  readonly #client: GcsClient;
  readonly #address: string;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  #sent = 0;
  /** When bytes were taken last, by performance.now(). */
  #movedAt = performance.now();

  private constructor(client: GcsClient, address: string, pace: Pace, signal: AbortSignal) {
    this.#client = client;
    this.#address = address;
    this.#pace = { ...pace, attempts: 1 };
    this.#signal = signal;
  }

  /** `signal` ends the session. @throws GcsRefusal, StorageUnavailableError, its reason */
  static async start(
    client: GcsClient,
    { key, metadata }: { key: string; metadata: object },
    pace: Pace,
    signal: AbortSignal,
  ): Promise<ResumableUpload> {
    const address = await client.send(
      {
        method: 'POST',
        url: client.uploadPath,
        query: { uploadType: 'resumable', name: key, ifGenerationMatch: '0' },
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        body: [Buffer.from(JSON.stringify(metadata))],
        pace,
        signal,
      },
      async (response) => {
        await response.arrayBuffer();
        return response.headers.get('location');
      },
    );
    if (address === null) throw bucketFault('failing', new Error('A session without an address.'));
    return new ResumableUpload(client, address, pace, signal);
  }

  /** Sends a block that is not the last; its size is a multiple of 256 KiB. @throws GcsRefusal, StorageUnavailableError */
  async send(block: Block): Promise<void> {
    await this.#put(block, null, {});
  }

  /** Sends the last block, with the CRC32C of all, in base64; gives the object. Throws as `send` does. */
  async finish(block: Block, crc32c: string): Promise<ObjectResource> {
    const object = await this.#put(block, this.#sent + sizeOf(block), { 'x-goog-hash': `crc32c=${crc32c}` });
    if (!object) throw bucketFault('failing', new Error('All was sent, and there is no object.'));
    return object;
  }

  /** Never throws: what is not given up now ends by itself. */
  async giveUp(): Promise<void> {
    const request = {
      method: 'DELETE',
      url: this.#address,
      accept: [404, 410, 499],
      pace: { attempts: 1 },
    } as const;
    await this.#client
      .send(request, async (response) => void (await response.arrayBuffer()))
      .catch(() => undefined);
  }

  async #put(
    block: Block,
    total: number | null,
    headers: Record<string, string>,
  ): Promise<ObjectResource | null> {
    const start = this.#sent;
    const end = start + sizeOf(block);
    let failures = 0;
    for (;;) {
      // The last block ends with the object.
      if (total === null && this.#sent === end) return null;
      const before = this.#sent;
      const range = `bytes ${this.#sent}-${end - 1}/${total ?? '*'}`;
      const answer = await this.#request(restOf(block, this.#sent - start), range, headers).catch(
        (error: unknown) => {
          if (error instanceof GcsRefusal || failures >= ATTEMPTS - 1 || this.#isStuck) throw error;
          return null;
        },
      );
      const now = answer ?? (await this.#ask(total, (failures += 1)));
      if ('object' in now) return now.object;
      if (now.received < start || now.received > end || (total !== null && now.received === end))
        throw bucketFault('failing', new Error('A session lost its place.'));
      this.#sent = now.received;
      if (this.#sent > before) {
        failures = 0;
        this.#movedAt = performance.now();
      } else if (answer && (failures += 1) >= ATTEMPTS) throw bucketFault('failing');
    }
  }

  /** How far the session came, after a while. */
  async #ask(total: number | null, failures: number): Promise<Answer> {
    for (let attempt = failures; ; attempt++) {
      await sleep(this.#pace.backOffMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
      try {
        return await this.#request(Buffer.alloc(0), `bytes */${total ?? '*'}`, {});
      } catch (error) {
        if (!(error instanceof StorageUnavailableError) || attempt >= ATTEMPTS || this.#isStuck) throw error;
      }
    }
  }

  /** Nothing was taken for as long as a request may take with its repetitions. */
  get #isStuck(): boolean {
    return performance.now() - this.#movedAt >= this.#pace.totalMs;
  }

  #request(body: Block, range: string, headers: Record<string, string>): Promise<Answer> {
    return this.#client.send(
      {
        method: 'PUT',
        url: this.#address,
        headers: { ...headers, 'content-range': range },
        body: [body],
        accept: [INCOMPLETE],
        pace: this.#pace,
        signal: this.#signal,
      },
      async (response) => {
        if (response.status !== INCOMPLETE) return { object: objectResource.parse(await response.json()) };
        await response.arrayBuffer();
        const last = /^bytes=0-(\d+)$/.exec(response.headers.get('range') ?? '')?.[1];
        return { received: last === undefined ? 0 : Number(last) + 1 };
      },
    );
  }
}
