import type { Readable } from 'node:stream';
import { MAX_PAGE } from './object-key.ts';

export interface ObjectInfo {
  key: string;
  sizeBytes: number;
}

/** Bytes `start` to `end`, both inclusive, from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

/** @throws RangeError for what no range of bytes can be. */
export function checkRange({ start, end }: ByteRange): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError('A range is two whole numbers from 0, the second not below the first.');
  }
}

/** How a URL of an object presents it, whatever the object itself says. */
export interface Presentation {
  contentType: string;
  /** Content-Disposition; empty for none. */
  disposition: string;
}

/** A URL that lets in whoever has it. */
export interface ObjectUrl {
  url: string;
  /** The same URL is given for as long, in seconds; it lets in for longer. */
  sameForSeconds: number;
}

export interface ObjectPage {
  keys: string[];
  /** Give it back as `after` for the next page; null on the last. */
  next: string | null;
}

/** An object of this key exists already; nothing was written. */
export class ObjectExistsError extends Error {
  override name = 'ObjectExistsError';
}

/** There is no object of this key. */
export class ObjectNotFoundError extends Error {
  override name = 'ObjectNotFoundError';
}

/** The store is full, read-only, failing or away; the request may be sent again later. */
export class StorageUnavailableError extends Error {
  override name = 'StorageUnavailableError';
  /** What is wrong, in a word that anybody may be told; null where the engine has none. */
  readonly fault: string | null;

  constructor(message: string, { fault, ...options }: ErrorOptions & { fault?: string } = {}) {
    super(message, options);
    this.fault = fault ?? null;
  }
}

/**
 * Bytes of any size under a key such as `photos/{owner}/{id}.jpg`; what a key may be is in object-key.ts. Every method
 * throws StorageUnavailableError, and InvalidKeyError for a key that cannot be one. No key may be another's folder.
 */
export abstract class ObjectStore {
  /**
   * Writes a new object, durable when it resolves; a stream is read to its end or destroyed. Throws ObjectExistsError, or
   * what the stream threw; a failed write leaves nothing under the key.
   */
  abstract put(key: string, body: Readable | Buffer, contentType: string): Promise<void>;

  /**
   * Writes a local file as a new object like `put`. The file stays and may be removed, but not changed: the object may
   * be another name of it.
   */
  abstract putFile(key: string, path: string, contentType: string): Promise<void>;

  /**
   * Opens an object's bytes, or a range of them, as a stream that the caller reads or destroys; deleting the object does
   * not disturb it. An end behind the last byte means the last byte. Throws ObjectNotFoundError, and RangeError where the
   * range starts behind the last byte or is none.
   */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** What is known of an object without reading it; null when there is none. */
  abstract find(key: string): Promise<ObjectInfo | null>;

  /** Deletes an object, for good when it resolves; a missing one is no error. */
  abstract delete(key: string): Promise<void>;

  /** Keys that start with `prefix`, in byte order, after the key `after`, at most `limit` (1..1000) of them. */
  abstract list(prefix: string, options: { after?: string | null; limit: number }): Promise<ObjectPage>;

  /** All keys that start with `prefix`, in byte order, page by page; what comes in between may be among them. */
  async *pages(prefix: string): AsyncGenerator<string[]> {
    for (let after: string | null = null; ;) {
      const { keys, next }: ObjectPage = await this.list(prefix, { after, limit: MAX_PAGE });
      yield keys;
      if (next === null) return;
      after = next;
    }
  }

  /**
   * A URL under which the object can be read for an hour at most, the same for some time; null where the engine has
   * none. Whether there is such an object is not looked at.
   */
  urlOf(_key: string, _as: Presentation): Promise<ObjectUrl | null> {
    return Promise.resolve(null);
  }

  /** Where those URLs are, as a source of a Content-Security-Policy; null where there are none. */
  get source(): string | null {
    return null;
  }

  /** Removes what an earlier process left half-written. Only while no other process writes to the same store. */
  abstract discardUnfinished(): Promise<void>;

  /** Writes, reads and deletes a small object of its own; throws where that fails. */
  abstract check(): Promise<void>;
}
