import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  type CryptoKey,
  type FetchImplementation,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type RemoteJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
} from 'jose';
import { IdentityUnavailableError } from './authenticator.ts';

/** Times are in milliseconds. */
export interface RemoteKeysLimits {
  /** Age at which keys are fetched again. */
  freshMs: number;
  /** Age up to which keys are used if the key server is unavailable. */
  lastGoodMs: number;
  /** Minimum time between two fetches caused by unknown key IDs or by an unavailable key server. */
  pauseMs: number;
  /** Time between a failed fetch and the next one if there are no usable keys. */
  retryMs: number;
  /** Timeout of one fetch, including the whole response body. */
  timeoutMs: number;
  /** Maximum size of the key server's response. A key set has a few kilobytes. */
  maxBytes: number;
}

const LIMITS: RemoteKeysLimits = {
  freshMs: 10 * 60_000,
  lastGoodMs: 24 * 3_600_000,
  pauseMs: 5_000,
  retryMs: 500,
  timeoutMs: 3_000,
  maxBytes: 256 * 1024,
};

/**
 * Provides the public keys of a JSON Web Key Set (RFC 7517) at a URL. jose stores and selects the keys. This class
 * decides when to fetch them, because jose would query a failing key server for each request and drop valid keys as
 * soon as they are stale.
 */
export class RemoteKeys {
  readonly #keys: RemoteJWKSet;
  readonly #limits: RemoteKeysLimits;
  readonly #logger = new Logger('RemoteKeys');
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #unknownAt = -Infinity;
  #failing = false;
  #pending: Promise<boolean> | undefined;

  constructor(url: URL, limits: Partial<RemoteKeysLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#keys = createRemoteJWKSet(url, {
      cacheMaxAge: Infinity,
      cooldownDuration: Infinity,
      timeoutDuration: this.#limits.timeoutMs,
      [customFetch]: fetchUpTo(this.#limits.maxBytes),
    });
  }

  /**
   * Returns the key that an assertion's header names. Passed to jose's `jwtVerify`.
   * @throws IdentityUnavailableError if there are no usable keys
   * @throws errors.JOSEError if none of the keys matches
   */
  readonly resolve = async (header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    await this.#ensureKeys();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#fetchForUnknownKey())) throw error;
      return this.#keys(header, token);
    }
  };

  async #ensureKeys(): Promise<void> {
    const age = Date.now() - this.#fetchedAt;
    if (age < this.#limits.freshMs) return;
    const usable = age < this.#limits.lastGoodMs;
    if (usable && this.#failing) {
      // An unavailable key server is retried in the background, so that requests do not wait for it.
      if (Date.now() - this.#triedAt >= this.#limits.pauseMs) void this.#fetch();
      return;
    }
    if (!(await this.#fetch()) && !usable)
      throw new IdentityUnavailableError('The keys cannot be fetched from the key server.');
  }

  /**
   * Fetches the keys for an unknown key ID, because keys are rotated. Limits the rate, because anyone can invent
   * key IDs. Returns true if keys were fetched.
   */
  async #fetchForUnknownKey(): Promise<boolean> {
    if (!this.#pending) {
      if (Date.now() - this.#unknownAt < this.#limits.pauseMs) return false;
      this.#unknownAt = Date.now();
    }
    return this.#fetch();
  }

  /** Fetches the keys. Concurrent callers share one fetch. Never rejects; returns false if the fetch failed. */
  #fetch(): Promise<boolean> {
    this.#pending ??= this.#attempt().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #attempt(): Promise<boolean> {
    const wait = this.#failing ? this.#triedAt + this.#limits.retryMs - Date.now() : 0;
    if (wait > 0) await sleep(Math.min(wait, this.#limits.retryMs));
    try {
      await this.#keys.reload();
      this.#fetchedAt = Date.now();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        this.#logger.warn(`The keys for verifying assertions cannot be fetched: ${describe(error)}`);
      this.#failing = true;
    }
    this.#triedAt = Date.now();
    return !this.#failing;
  }
}

/** Returns a `fetch` that rejects responses larger than `maxBytes`. */
function fetchUpTo(maxBytes: number): FetchImplementation {
  return async (url, options) => {
    const response = await fetch(url, options);
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the key server returned status ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new Error(`the response is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return new Response(Buffer.concat(chunks));
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
