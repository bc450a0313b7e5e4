import { type ExpectedDigest, verifyDigest } from './digests.ts';
import { GcsError, invalid } from './errors.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import type { ObjectAddress, ObjectFields, StoredObject } from './records.ts';
import type { Store } from './store.ts';

/** The description of an object whose bytes follow. */
export interface Upload extends ObjectAddress {
  fields: ObjectFields;
  conditions: Preconditions;
  expected: ExpectedDigest;
}

/** Returns the checksums in the metadata of an upload. */
export function expectedOf(metadata: Record<string, unknown>): ExpectedDigest {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { crc32c: text(metadata.crc32c), md5Hash: text(metadata.md5Hash) };
}

/**
 * Checks an object name: https://cloud.google.com/storage/docs/objects#naming
 * @throws GcsError 400 if the name is invalid
 */
export function checkObjectName(name: unknown): string {
  if (typeof name !== 'string' || name === '')
    throw new GcsError({ status: 400, reason: 'required', code: 'InvalidArgument', message: 'Required' });
  if (Buffer.byteLength(name) > 1024 || /[\r\n]/.test(name) || name === '.' || name === '..')
    throw invalid(`Invalid object name: '${name.slice(0, 100)}'`, 'invalid', 'InvalidObjectName');
  return name;
}

/**
 * Checks an upload before its bytes are read.
 * @throws GcsError 404 if the bucket does not exist, or 412 if a precondition fails
 */
export function checkUpload(store: Store, { bucket, name, conditions }: Upload): void {
  checkPreconditions(conditions, store.find(bucket, name), 'write');
}

/**
 * Stores an object.
 * @throws GcsError 400 if the bytes do not match the expected checksums, 404 if the bucket does not exist, or 412
 * if a precondition fails
 */
export async function storeUpload(
  store: Store,
  upload: Upload,
  bytes: AsyncIterable<Uint8Array>,
): Promise<StoredObject> {
  checkUpload(store, upload);
  const staged = await store.stage(bytes);
  try {
    verifyDigest(staged, upload.expected);
    return await store.commit(upload, staged, upload.fields, (current) =>
      checkPreconditions(upload.conditions, current, 'write'),
    );
  } finally {
    await store.discard(staged);
  }
}
