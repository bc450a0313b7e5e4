import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '@google-cloud/storage';
import type { z } from 'zod';
import { errorAnswer } from './answers.ts';
import type { Block } from './block.ts';
import { sendRequest } from './http-request.ts';
import { GcsRefusal, mayPass, NoAnswerError, toUnavailable } from './gcs-fault.ts';

/** How patient requests are. Times are milliseconds. */
export interface Pace {
  /** How often a request is sent at most. */
  attempts: number;
  /** Before the second attempt; twice as long before each one after it. */
  backOffMs: number;
  /** For one attempt, with the answer's body where it is read. */
  answerMs: number;
  /** For all attempts together. */
  totalMs: number;
}

export const PACE: Pace = { attempts: 5, backOffMs: 300, answerMs: 15_000, totalMs: 45_000 };
const MAX_BACK_OFF_MS = 8_000;
const MAX_ERROR_CHARACTERS = 2_000;

export interface GcsRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A path of the JSON API, or a whole URL that lets in whoever has it. */
  url: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: readonly Block[];
  /** Statuses that are answers too, besides 2xx. */
  accept?: readonly number[];
  pace?: Partial<Pace>;
  /** Ends the request, and an answer that is being read. */
  signal?: AbortSignal;
}

/**
 * Sends requests to the JSON API of one bucket, by the endpoint and the credentials of Google's client: that has no limit
 * on a request's time, nor a way to end one, and what goes on after its caller was told of a failure may still be written.
 */
export class GcsClient {
  readonly #storage: Storage;
  readonly #pace: Pace;
  readonly bucket: string;

  constructor(storage: Storage, bucket: string, pace: Partial<Pace> = {}) {
    this.#storage = storage;
    this.bucket = bucket;
    this.#pace = { ...PACE, ...pace };
  }

  /** The path of the bucket's objects, or of one. */
  pathOf(key?: string): string {
    const objects = `/storage/v1/b/${encodeURIComponent(this.bucket)}/o`;
    return key === undefined ? objects : `${objects}/${encodeURIComponent(key)}`;
  }

  get uploadPath(): string {
    return `/upload${this.pathOf()}`;
  }

  /** As `send`, for an answer in JSON. */
  json<T>(request: GcsRequest, answer: z.ZodType<T>): Promise<T> {
    return this.send(request, async (response) => answer.parse(await response.json()));
  }

  /**
   * Sends a request until it is answered, and reads the answer with `read` within the time of the attempt.
   * @throws GcsRefusal for an answer that is not accepted and would not change; StorageUnavailableError.
   */
  async send<T>(request: GcsRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const pace = { ...this.#pace, ...request.pace };
    const until = performance.now() + pace.totalMs;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(
          request,
          Math.max(1, Math.min(pace.answerMs, until - performance.now())),
          read,
        );
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof GcsRefusal && !mayPass(error) && !isForEverybody(error)) throw error;
        const waitMs = backOff(pace, attempt, error);
        if (!mayPass(error) || attempt >= pace.attempts || performance.now() + waitMs >= until)
          throw toUnavailable(error);
        await sleep(waitMs, undefined, { signal: request.signal });
      }
    }
  }

  async #attempt<T>(
    request: GcsRequest,
    answerMs: number,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new NoAnswerError('No answer in time.')), answerMs);
    const signal = request.signal ? AbortSignal.any([late.signal, request.signal]) : late.signal;
    try {
      const { method, body } = request;
      const url = new URL(request.url, this.#storage.apiEndpoint);
      for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
      const headers = new Headers(request.headers);
      // A URL that was given out lets in by itself.
      if (request.url.startsWith('/')) await this.#authorize(headers, url, signal);
      const response = await sendRequest(url, { method, headers, signal, body: body ?? null });
      if (response.ok || request.accept?.includes(response.status)) return await read(response);
      throw await refusalOf(response);
    } catch (error) {
      if (late.signal.aborted) throw late.signal.reason;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** As Google's client does: an endpoint that was set by hand gets no token, unless it is said to want one. */
  async #authorize(headers: Headers, url: URL, signal: AbortSignal): Promise<void> {
    const { customEndpoint, authClient } = this.#storage;
    if (customEndpoint && !this.#wantsToken) return;
    const ended = Promise.withResolvers<never>();
    const end = (): void => ended.reject(signal.reason);
    signal.addEventListener('abort', end);
    try {
      const token = await Promise.race([authClient.getRequestHeaders(url.href), ended.promise]);
      for (const [name, value] of token) headers.set(name, value);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  get #wantsToken(): boolean {
    return this.#storage.useAuthWithCustomEndpoint === true;
  }
}

/** True for a refusal that is no matter of one object. */
function isForEverybody(refusal: GcsRefusal): boolean {
  return refusal.status === 401 || refusal.status === 403 || refusal.isMissingBucket;
}

function backOff(pace: Pace, attempt: number, error: unknown): number {
  const waitMs = pace.backOffMs * 2 ** (attempt - 1) * (0.5 + Math.random());
  const askedMs = error instanceof GcsRefusal ? error.waitMs : 0;
  return Math.min(Math.max(waitMs, askedMs), MAX_BACK_OFF_MS);
}

async function refusalOf(response: Response): Promise<GcsRefusal> {
  const text = (await response.text()).slice(0, MAX_ERROR_CHARACTERS);
  const waitMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
  return new GcsRefusal(response.status, messageIn(text), Number.isFinite(waitMs) ? waitMs : 0);
}

function messageIn(text: string): string {
  try {
    return errorAnswer.parse(JSON.parse(text)).error.message;
  } catch {
    return text;
  }
}
