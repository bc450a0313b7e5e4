import { setTimeout as sleep } from 'node:timers/promises';
import { StorageUnavailableError } from '../../object-store.ts';
import { objectResource, type ObjectResource } from '../client/responses.ts';
import { type Block, restOf, sizeOf } from '../client/block.ts';
import { bucketFault, GcsResponseError } from '../client/gcs-fault.ts';
import type { GcsClient, RetryPolicy } from '../client/gcs-client.ts';

/** "Resume Incomplete": Cloud Storage has stored the bytes in the Range header of the response. */
const INCOMPLETE = 308;
const ATTEMPTS = 5;

/** The object if the upload is complete, else the number of bytes that the session has received. */
type SessionState = { object: ObjectResource } | { received: number };

/**
 * An upload in several requests: https://cloud.google.com/storage/docs/performing-resumable-uploads. After a failed
 * request, it queries how many bytes the session has received. Cloud Storage discards an incomplete session after
 * one week; until then, its bytes are not visible as an object.
 */
export class ResumableUpload {
  readonly #client: GcsClient;
  readonly #sessionUri: string;
  readonly #policy: RetryPolicy;
  readonly #signal: AbortSignal;
  #sent = 0;
  /** The time of the last progress, as performance.now() returns it. */
  #progressAt = performance.now();

  private constructor(client: GcsClient, sessionUri: string, policy: RetryPolicy, signal: AbortSignal) {
    this.#client = client;
    this.#sessionUri = sessionUri;
    this.#policy = { ...policy, attempts: 1 };
    this.#signal = signal;
  }

  /**
   * Starts a session.
   * @param signal aborts all requests of the session
   * @throws GcsResponseError
   * @throws StorageUnavailableError
   * @throws the reason of `signal` if it is aborted
   */
  static async start(
    client: GcsClient,
    { key, metadata }: { key: string; metadata: object },
    policy: RetryPolicy,
    signal: AbortSignal,
  ): Promise<ResumableUpload> {
    const sessionUri = await client.send(
      {
        method: 'POST',
        url: client.uploadPath,
        query: { uploadType: 'resumable', name: key, ifGenerationMatch: '0' },
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        body: [Buffer.from(JSON.stringify(metadata))],
        policy,
        signal,
      },
      async (response) => {
        await response.arrayBuffer();
        return response.headers.get('location');
      },
    );
    if (sessionUri === null) throw bucketFault('failing', new Error('The response has no session URI.'));
    return new ResumableUpload(client, sessionUri, policy, signal);
  }

  /**
   * Sends a block that is not the last.
   * @param block its size is a multiple of 256 KiB
   * @throws GcsResponseError
   * @throws StorageUnavailableError
   */
  async send(block: Block): Promise<void> {
    await this.#put(block, null, {});
  }

  /**
   * Sends the last block and completes the upload. Throws the same errors as `send`.
   * @param crc32c the checksum of all blocks, in base64
   * @returns the object
   */
  async finish(block: Block, crc32c: string): Promise<ObjectResource> {
    const object = await this.#put(block, this.#sent + sizeOf(block), { 'x-goog-hash': `crc32c=${crc32c}` });
    if (!object)
      throw bucketFault('failing', new Error('The upload is complete, but the response contains no object.'));
    return object;
  }

  /** Cancels the session. Never throws, because Cloud Storage discards an incomplete session anyway. */
  async cancel(): Promise<void> {
    const request = {
      method: 'DELETE',
      url: this.#sessionUri,
      accept: [404, 410, 499],
      policy: { attempts: 1 },
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
      // The last block ends only when the response contains the object.
      if (total === null && this.#sent === end) return null;
      const before = this.#sent;
      const range = `bytes ${this.#sent}-${end - 1}/${total ?? '*'}`;
      const response = await this.#request(restOf(block, this.#sent - start), range, headers).catch(
        (error: unknown) => {
          if (error instanceof GcsResponseError || failures >= ATTEMPTS - 1 || this.#isStuck) throw error;
          return null;
        },
      );
      const state = response ?? (await this.#queryState(total, (failures += 1)));
      if ('object' in state) return state.object;
      if (state.received < start || state.received > end || (total !== null && state.received === end))
        throw bucketFault('failing', new Error('The session reports an invalid number of received bytes.'));
      this.#sent = state.received;
      if (this.#sent > before) {
        failures = 0;
        this.#progressAt = performance.now();
      } else if (response && (failures += 1) >= ATTEMPTS) throw bucketFault('failing');
    }
  }

  /** Queries the state of the session, after a pause. */
  async #queryState(total: number | null, failures: number): Promise<SessionState> {
    for (let attempt = failures; ; attempt++) {
      await sleep(this.#policy.backOffMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
      try {
        return await this.#request(Buffer.alloc(0), `bytes */${total ?? '*'}`, {});
      } catch (error) {
        if (!(error instanceof StorageUnavailableError) || attempt >= ATTEMPTS || this.#isStuck) throw error;
      }
    }
  }

  /** True if there was no progress for as long as a request and its retries may take. */
  get #isStuck(): boolean {
    return performance.now() - this.#progressAt >= this.#policy.totalMs;
  }

  #request(body: Block, range: string, headers: Record<string, string>): Promise<SessionState> {
    return this.#client.send(
      {
        method: 'PUT',
        url: this.#sessionUri,
        headers: { ...headers, 'content-range': range },
        body: [body],
        accept: [INCOMPLETE],
        policy: this.#policy,
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
