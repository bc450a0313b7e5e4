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

/** Milliseconds, but for maxBytes. */
export interface RemoteKeysLimits {
  /** Keys are fetched anew when they are this old. */
  freshMs: number;
  /** While the key server is away, the last keys it gave serve until they are this old. */
  lastGoodMs: number;
  /** Between two fetches that an unknown key id, or a key server that is away, may cause. */
  pauseMs: number;
  /** Between a failed fetch and the next, while there are no keys to go by. */
  retryMs: number;
  /** Of one fetch, to the last byte of its answer. */
  timeoutMs: number;
  /** Of the key server's answer. A set of keys is a few kilobytes. */
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
 * The public keys of a JSON Web Key Set (RFC 7517) at a URL. jose holds and selects them; when to fetch is decided here,
 * because jose asks a failing key server once for every request and forgets good keys as soon as they are stale.
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
   * The key that an assertion's header names; a parameter of jose's `jwtVerify`.
   * @throws IdentityUnavailableError when no keys can be had, and jose's errors when none of them is the one.
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
      // A key server known to be away is asked now and then, and nobody waits for its answer.
      if (Date.now() - this.#triedAt >= this.#limits.pauseMs) void this.#fetch();
      return;
    }
    if (!(await this.#fetch()) && !usable)
      throw new IdentityUnavailableError('The key server gives no keys.');
  }

  /** Keys rotate, so an unknown id is worth a fetch; anyone can make ids up, so it is not worth one each. */
  async #fetchForUnknownKey(): Promise<boolean> {
    if (!this.#pending) {
      if (Date.now() - this.#unknownAt < this.#limits.pauseMs) return false;
      this.#unknownAt = Date.now();
    }
    return this.#fetch();
  }

  /** One fetch at a time, whoever asks. Never rejects: false is no new keys. */
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
        this.#logger.warn(`The keys that assertions are signed with cannot be fetched: ${why(error)}`);
      this.#failing = true;
    }
    this.#triedAt = Date.now();
    return !this.#failing;
  }
}

/** `fetch`, of answers that are bounded. */
function fetchUpTo(maxBytes: number): FetchImplementation {
  return async (url, options) => {
    const response = await fetch(url, options);
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the key server answered ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return new Response(Buffer.concat(chunks));
  };
}

function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
