/** A key or a prefix that no object can have: the caller's mistake, never the person's. */
export class InvalidKeyError extends Error {
  override name = 'InvalidKeyError';
}

const MAX_KEY_BYTES = 1024;
const COMPONENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$/;
const PREFIX_REST = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,254})?$/;

/** True for what may stand between the slashes of a key: 1 to 255 of A-Z a-z 0-9 . _ - and no dot in front. */
export function isKeyComponent(name: string): boolean {
  return COMPONENT.test(name);
}

/**
 * Checks a key: components as above, joined by single slashes, at most 1,024 bytes in all.
 * @throws InvalidKeyError
 */
export function checkKey(key: string): void {
  if (key.length > MAX_KEY_BYTES || !key.split('/').every(isKeyComponent)) {
    throw new InvalidKeyError(`Not a key of an object: ${JSON.stringify(key.slice(0, MAX_KEY_BYTES))}`);
  }
}

/**
 * Checks that a key could start with `prefix`; the empty prefix is every key's.
 * @throws InvalidKeyError
 */
export function checkPrefix(prefix: string): void {
  const folders = prefix.split('/');
  const rest = folders.pop() ?? '';
  if (prefix.length > MAX_KEY_BYTES || !PREFIX_REST.test(rest) || !folders.every(isKeyComponent)) {
    throw new InvalidKeyError(`Not a prefix of keys: ${JSON.stringify(prefix.slice(0, MAX_KEY_BYTES))}`);
  }
}

/** The most keys that a page of a listing may be asked for. */
export const MAX_PAGE = 1000;

/**
 * Checks what a page of a listing is asked for.
 * @throws InvalidKeyError, RangeError
 */
export function checkListing(prefix: string, after: string | null | undefined, limit: number): void {
  checkPrefix(prefix);
  if (after != null) checkKey(after);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new RangeError(`The limit of a page is a whole number from 1 to ${MAX_PAGE}.`);
  }
}
