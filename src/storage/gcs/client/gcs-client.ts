import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '@google-cloud/storage';
import type { z } from 'zod';
import { errorResponse } from './responses.ts';
import type { Block } from './block.ts';
import { sendRequest } from './http-request.ts';
import { GcsResponseError, isRetryable, RequestTimeoutError, toUnavailable } from './gcs-fault.ts';

/** The time limits and retries of a request. Times are in milliseconds. */
export interface RetryPolicy {
  /** The maximum number of attempts. */
  attempts: number;
  /** The pause before the second attempt. It doubles before each further attempt. */
  backOffMs: number;
  /** The time limit of one attempt. It includes reading the response body if `send` reads it. */
  attemptMs: number;
  /** The time limit of all attempts together. */
  totalMs: number;
}

export const DEFAULT_POLICY: RetryPolicy = {
  attempts: 5,
  backOffMs: 300,
  attemptMs: 15_000,
  totalMs: 45_000,
};
const MAX_BACK_OFF_MS = 8_000;
const MAX_ERROR_CHARACTERS = 2_000;

export interface GcsRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A path of the JSON API, or a complete URL that needs no further authorization. */
  url: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: readonly Block[];
  /** Statuses besides 2xx that are not errors. */
  accept?: readonly number[];
  policy?: Partial<RetryPolicy>;
  /** Aborts the request, or the reading of its response. */
  signal?: AbortSignal;
}

/**
 * Sends requests to the JSON API of one bucket. It uses the endpoint and the credentials of Google's client, but
 * sends the requests itself: Google's client can neither limit the time of a request nor abort it, so that an
 * object could still be written after its upload was reported as failed.
 */
export class GcsClient {
  readonly #storage: Storage;
  readonly #policy: RetryPolicy;
  readonly bucket: string;

  constructor(storage: Storage, bucket: string, policy: Partial<RetryPolicy> = {}) {
    this.#storage = storage;
    this.bucket = bucket;
    this.#policy = { ...DEFAULT_POLICY, ...policy };
  }

  /** Returns the path of one object, or of the bucket's collection of objects if there is no key. */
  pathOf(key?: string): string {
    const objects = `/storage/v1/b/${encodeURIComponent(this.bucket)}/o`;
    return key === undefined ? objects : `${objects}/${encodeURIComponent(key)}`;
  }

  get uploadPath(): string {
    return `/upload${this.pathOf()}`;
  }

  /** Like `send`, for a response in JSON that matches `schema`. */
  json<T>(request: GcsRequest, schema: z.ZodType<T>): Promise<T> {
    return this.send(request, async (response) => schema.parse(await response.json()));
  }

  /**
   * Sends a request, with the retries that its policy allows. `read` reads the response within the time limit of
   * the attempt.
   * @throws GcsResponseError if the response is an error that concerns this object and that a retry cannot change
   * @throws the reason of `request.signal` if it is aborted
   * @throws StorageUnavailableError for any other failure
   */
  async send<T>(request: GcsRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const policy = { ...this.#policy, ...request.policy };
    const until = performance.now() + policy.totalMs;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(
          request,
          Math.max(1, Math.min(policy.attemptMs, until - performance.now())),
          read,
        );
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof GcsResponseError && !isRetryable(error) && !isBucketWide(error)) throw error;
        const waitMs = backOff(policy, attempt, error);
        if (!isRetryable(error) || attempt >= policy.attempts || performance.now() + waitMs >= until)
          throw toUnavailable(error);
        await sleep(waitMs, undefined, { signal: request.signal });
      }
    }
  }

  async #attempt<T>(
    request: GcsRequest,
    attemptMs: number,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new RequestTimeoutError('The request timed out.')),
      attemptMs,
    );
    const signal = request.signal ? AbortSignal.any([timeout.signal, request.signal]) : timeout.signal;
    try {
      const { method, body } = request;
      const url = new URL(request.url, this.#storage.apiEndpoint);
      for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
      const headers = new Headers(request.headers);
      // A complete URL needs no token.
      if (request.url.startsWith('/')) await this.#authorize(headers, url, signal);
      const response = await sendRequest(url, { method, headers, signal, body: body ?? null });
      if (response.ok || request.accept?.includes(response.status)) return await read(response);
      throw await responseErrorOf(response);
    } catch (error) {
      if (timeout.signal.aborted) throw timeout.signal.reason;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Like Google's client, sends a token to a custom endpoint only if `useAuthWithCustomEndpoint` is set. */
  async #authorize(headers: Headers, url: URL, signal: AbortSignal): Promise<void> {
    const { customEndpoint, authClient } = this.#storage;
    if (customEndpoint && !this.#wantsToken) return;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      const token = await Promise.race([authClient.getRequestHeaders(url.href), aborted.promise]);
      for (const [name, value] of token) headers.set(name, value);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  get #wantsToken(): boolean {
    return this.#storage.useAuthWithCustomEndpoint === true;
  }
}

/** Returns true if an error concerns the whole bucket and not only one object. */
function isBucketWide(error: GcsResponseError): boolean {
  return error.status === 401 || error.status === 403 || error.isMissingBucket;
}

function backOff(policy: RetryPolicy, attempt: number, error: unknown): number {
  const waitMs = policy.backOffMs * 2 ** (attempt - 1) * (0.5 + Math.random());
  const requestedMs = error instanceof GcsResponseError ? error.retryAfterMs : 0;
  return Math.min(Math.max(waitMs, requestedMs), MAX_BACK_OFF_MS);
}

async function responseErrorOf(response: Response): Promise<GcsResponseError> {
  const text = (await response.text()).slice(0, MAX_ERROR_CHARACTERS);
  const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
  return new GcsResponseError(
    response.status,
    messageIn(text),
    Number.isFinite(retryAfterMs) ? retryAfterMs : 0,
  );
}

function messageIn(text: string): string {
  try {
    return errorResponse.parse(JSON.parse(text)).error.message;
  } catch {
    return text;
  }
}
