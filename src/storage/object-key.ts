/** A key or a prefix is malformed. This is a bug in the caller and never an error of a user. */
export class InvalidKeyError extends Error {
  override name = 'InvalidKeyError';
}

const MAX_KEY_BYTES = 1024;
const COMPONENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$/;
const PREFIX_REST = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,254})?$/;

/** Returns true if `name` is a valid component of a key: 1 to 255 of A-Z a-z 0-9 . _ - and no leading dot. */
export function isKeyComponent(name: string): boolean {
  return COMPONENT.test(name);
}

/**
 * Checks a key: valid components, separated by single slashes, with at most 1,024 bytes in total.
 * @throws InvalidKeyError if the key is malformed
 */
export function checkKey(key: string): void {
  if (key.length > MAX_KEY_BYTES || !key.split('/').every(isKeyComponent)) {
    throw new InvalidKeyError(`Invalid object key: ${JSON.stringify(key.slice(0, MAX_KEY_BYTES))}`);
  }
}

/**
 * Checks that a valid key can start with `prefix`. Every key starts with the empty prefix.
 * @throws InvalidKeyError if no key can start with it
 */
export function checkPrefix(prefix: string): void {
  const folders = prefix.split('/');
  const rest = folders.pop() ?? '';
  if (prefix.length > MAX_KEY_BYTES || !PREFIX_REST.test(rest) || !folders.every(isKeyComponent)) {
    throw new InvalidKeyError(`Invalid key prefix: ${JSON.stringify(prefix.slice(0, MAX_KEY_BYTES))}`);
  }
}

/** The maximum number of keys on a page of a listing. */
export const MAX_PAGE = 1000;

/**
 * Checks the arguments of `ObjectStore.list`.
 * @throws InvalidKeyError if `prefix` or `after` is malformed
 * @throws RangeError if `limit` is not an integer from 1 to 1000
 */
export function checkListing(prefix: string, after: string | null | undefined, limit: number): void {
  checkPrefix(prefix);
  if (after != null) checkKey(after);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new RangeError(`The limit of a page must be an integer from 1 to ${MAX_PAGE}.`);
  }
}
