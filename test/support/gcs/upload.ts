import { type ExpectedDigest, verifyDigest } from './digests.ts';
import { GcsError, invalid } from './errors.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import type { ObjectFields, StoredObject } from './records.ts';
import type { Store } from './store.ts';

/** An object that is to be made of bytes to come. */
export interface Upload {
  bucket: string;
  name: string;
  fields: ObjectFields;
  conditions: Preconditions;
  expected: ExpectedDigest;
}

/** What an upload's metadata says of the bytes. */
export function expectedOf(metadata: Record<string, unknown>): ExpectedDigest {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { crc32c: text(metadata.crc32c), md5Hash: text(metadata.md5Hash) };
}

/** https://cloud.google.com/storage/docs/objects#naming. @throws GcsError 400 */
export function checkObjectName(name: unknown): string {
  if (typeof name !== 'string' || name === '')
    throw new GcsError({ status: 400, reason: 'required', code: 'InvalidArgument', message: 'Required' });
  if (Buffer.byteLength(name) > 1024 || /[\r\n]/.test(name) || name === '.' || name === '..')
    throw invalid(`Invalid object name: '${name.slice(0, 100)}'`, 'invalid', 'InvalidObjectName');
  return name;
}

/** @throws GcsError 404 without the bucket, 412; before any byte is read */
export function checkUpload(store: Store, { bucket, name, conditions }: Upload): void {
  checkPreconditions(conditions, store.find(bucket, name), 'write');
}

/** @throws GcsError 400 where the bytes are not as expected, 404, 412 */
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
