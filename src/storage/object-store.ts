import type { Readable } from 'node:stream';
import { MAX_PAGE } from './object-key.ts';

export interface ObjectInfo {
  key: string;
  sizeBytes: number;
}

/** The bytes from `start` to `end`, both inclusive. The first byte of an object is 0. */
export interface ByteRange {
  start: number;
  end: number;
}

/** @throws RangeError if the range is malformed */
export function checkRange({ start, end }: ByteRange): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError('A range must consist of two non-negative integers, with start <= end.');
  }
}

/** The headers with which a URL serves an object. They override the metadata of the object. */
export interface Presentation {
  contentType: string;
  /** The value of Content-Disposition, or an empty string for no such header. */
  disposition: string;
}

/** A URL that grants access to anyone who has it. */
export interface ObjectUrl {
  url: string;
  /** For how long `urlOf` keeps returning the same URL, in seconds. The URL stays valid for longer. */
  sameForSeconds: number;
}

export interface ObjectPage {
  keys: string[];
  /** The value of `after` for the next page, or `null` on the last page. */
  next: string | null;
}

/** An object with this key already exists. Nothing was written. */
export class ObjectExistsError extends Error {
  override name = 'ObjectExistsError';
}

/** There is no object with this key. */
export class ObjectNotFoundError extends Error {
  override name = 'ObjectNotFoundError';
}

/** The store is full, read-only, failing or unreachable. The request can be repeated later. */
export class StorageUnavailableError extends Error {
  override name = 'StorageUnavailableError';
  /** A code for the fault that is safe to publish, or `null` if the engine has no codes. */
  readonly fault: string | null;

  constructor(message: string, { fault, ...options }: ErrorOptions & { fault?: string } = {}) {
    super(message, options);
    this.fault = fault ?? null;
  }
}

/**
 * Stores bytes of any size under keys such as `photos/{owner}/{id}.jpg`. object-key.ts defines valid keys. No key
 * may be a parent folder in another key: `a` and `a/b` cannot both exist. Every method throws StorageUnavailableError if
 * the store fails, and InvalidKeyError if a key is malformed.
 */
export abstract class ObjectStore {
  /**
   * Writes a new object. The object is durable when the promise resolves; a failed write leaves no object. A stream
   * is read to its end or destroyed.
   * @throws ObjectExistsError if the key already exists
   * @throws any error of the stream
   */
  abstract put(key: string, body: Readable | Buffer, contentType: string): Promise<void>;

  /**
   * Writes a local file as a new object, like `put`. The file remains. The caller may remove it but must not change
   * it, because the object may be a hard link to it.
   * @throws ObjectExistsError if the key already exists
   */
  abstract putFile(key: string, path: string, contentType: string): Promise<void>;

  /**
   * Opens an object, or a range of its bytes, as a stream that the caller has to read or destroy. Deleting the
   * object does not affect the stream. A range that ends after the last byte is shortened.
   * @throws ObjectNotFoundError if there is no such object
   * @throws RangeError if the range is malformed or starts after the last byte
   */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** Returns the size of an object, or `null` if there is no such object. */
  abstract find(key: string): Promise<ObjectInfo | null>;

  /** Deletes an object. The deletion is durable when the promise resolves. A missing object is not an error. */
  abstract delete(key: string): Promise<void>;

  /**
   * Returns keys that start with `prefix`, in byte order.
   * @param options.after returns only keys after this one, which need not exist
   * @param options.limit the maximum number of keys, from 1 to 1000
   * @throws RangeError if the limit is out of range
   */
  abstract list(prefix: string, options: { after?: string | null; limit: number }): Promise<ObjectPage>;

  /**
   * Yields all keys that start with `prefix`, in byte order, page by page. Objects that are written in the meantime
   * may be included.
   */
  async *pages(prefix: string): AsyncGenerator<string[]> {
    for (let after: string | null = null; ;) {
      const { keys, next }: ObjectPage = await this.list(prefix, { after, limit: MAX_PAGE });
      yield keys;
      if (next === null) return;
      after = next;
    }
  }

  /**
   * Returns a URL under which the object can be read for one hour at most, or `null` if the engine has no URLs. For
   * some time, all calls return the same URL. Does not check whether the object exists.
   */
  urlOf(_key: string, _as: Presentation): Promise<ObjectUrl | null> {
    return Promise.resolve(null);
  }

  /**
   * The source expression for a Content-Security-Policy that matches the URLs of objects, or `null` if the engine
   * has no URLs.
   */
  get cspSource(): string | null {
    return null;
  }

  /**
   * Removes writes that a process left unfinished.
   * @param olderThanMs spares younger ones, which another process may be working on; 0 if no other process uses the store
   */
  abstract discardUnfinished(olderThanMs: number): Promise<void>;

  /** Checks the store: writes, reads and deletes a small object. Throws if one of these operations fails. */
  abstract check(): Promise<void>;
}
