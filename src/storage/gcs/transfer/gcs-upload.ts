import { MIB } from '../../../config/units.ts';
import { randomUUID } from 'node:crypto';
import { ObjectExistsError, StorageUnavailableError } from '../../object-store.ts';
import { OBJECT_FIELDS, objectResource } from '../client/responses.ts';
import { type Block, updateHash } from '../client/block.ts';
import { Crc32c } from '../client/crc32c.ts';
import { type GcsClient, DEFAULT_POLICY, type RetryPolicy } from '../client/gcs-client.ts';
import { bucketFault, GcsResponseError, isRetryable, toUnavailable } from '../client/gcs-fault.ts';
import { ResumableUpload } from './resumable-upload.ts';

export interface UploadPolicy extends RetryPolicy {
  /** Objects up to this size are sent in one request, larger ones in blocks of this size. A multiple of 256 KiB. */
  blockBytes: number;
  /**
   * The time limit of the whole upload. It has to be shorter than the lifetime of the intent: an object that is
   * written after its intent has expired would never be removed.
   */
  uploadMs: number;
}

/**
 * The time limit of an attempt allows a block to be sent at 1 Mbit/s. The time limit of an upload is shorter than
 * the time that storing a photo may take.
 */
export const UPLOAD_POLICY: UploadPolicy = {
  ...DEFAULT_POLICY,
  blockBytes: 8 * MIB,
  attemptMs: 75_000,
  totalMs: 4 * 60_000,
  uploadMs: 10 * 60_000,
};

/** For the cleanup after a failed upload. It is short, because the error is not reported until the cleanup ends. */
const CLEANUP_POLICY: Partial<RetryPolicy> = { attempts: 1, totalMs: 5_000 };

/**
 * The metadata key of a value that is unique to one upload. If a response was lost, the value shows whether this
 * upload wrote the object or whether it existed before.
 */
const NONCE = 'imgstream-upload';

/** Objects never change. One hour is also the lifetime of the signed URL under which a browser caches an object. */
const CACHE_CONTROL = 'private, max-age=3600';

/**
 * Writes a new object from blocks, as described at `ObjectStore.put`. If the upload fails after the object was
 * written, the object is deleted again if possible.
 * @param blocks all have the size `blockBytes`, except that the last may be smaller
 * @throws ObjectExistsError if the key already exists
 * @throws StorageUnavailableError
 * @throws any error that `blocks` throws
 */
export async function upload(
  client: GcsClient,
  key: string,
  blocks: AsyncGenerator<Block>,
  contentType: string,
  policy: UploadPolicy,
): Promise<void> {
  const nonce = randomUUID();
  const target = {
    key,
    metadata: { contentType, cacheControl: CACHE_CONTROL, metadata: { [NONCE]: nonce } },
  };
  const first = await blocks.next();
  const second = await blocks.next();
  try {
    const bytes = first.done ? Buffer.alloc(0) : first.value;
    const written = second.done
      ? await uploadAtOnce(client, bytes, target, policy)
      : await uploadInBlocks(client, [bytes, second.value], blocks, target, policy);
    if (written.crc32c !== written.expected) throw bucketFault('damaged-bytes');
  } catch (error) {
    if (await reconcile(client, key, nonce, error)) return;
    if (error instanceof GcsResponseError && error.status === 412)
      throw new ObjectExistsError('An object with this key already exists.', { cause: error });
    throw error instanceof GcsResponseError ? toUnavailable(error) : error;
  }
}

/** The object to write. */
export interface UploadTarget {
  key: string;
  metadata: object;
}

interface Written {
  crc32c: string;
  expected: string;
}

async function uploadAtOnce(
  client: GcsClient,
  bytes: Block,
  { key, metadata }: UploadTarget,
  policy: RetryPolicy,
): Promise<Written> {
  const hash = new Crc32c();
  await updateHash(hash, bytes);
  const expected = hash.toString();
  const boundary = randomUUID();
  const head =
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n` +
    `${JSON.stringify({ ...metadata, crc32c: expected })}\r\n` +
    `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const written = await client.json(
    {
      method: 'POST',
      url: client.uploadPath,
      query: { uploadType: 'multipart', name: key, ifGenerationMatch: '0', fields: OBJECT_FIELDS },
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      body: [Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)],
      policy,
    },
    objectResource,
  );
  return { crc32c: written.crc32c, expected };
}

async function uploadInBlocks(
  client: GcsClient,
  [first, second]: [Block, Block],
  rest: AsyncIterable<Block>,
  target: UploadTarget,
  policy: UploadPolicy,
): Promise<Written> {
  const timeout = AbortSignal.timeout(policy.uploadMs);
  const hash = new Crc32c();
  let session: ResumableUpload | null = null;
  try {
    session = await ResumableUpload.start(client, target, policy, timeout);
    await updateHash(hash, first);
    await session.send(first);
    let last = second;
    for await (const block of rest) {
      await updateHash(hash, last);
      await session.send(last);
      last = block;
    }
    await updateHash(hash, last);
    const expected = hash.toString();
    const written = await session.finish(last, expected);
    return { crc32c: written.crc32c, expected };
  } catch (error) {
    await session?.cancel();
    throw timeout.aborted ? bucketFault('slow', error) : error;
  }
}

/**
 * Checks after a failure whether this upload has written the object. If so, it deletes the object, because the
 * object may be damaged and the caller receives an error. The exception is status 412: it means that an earlier
 * attempt has written the object and that only the response was lost.
 * @returns true if the object exists as this upload wrote it
 */
async function reconcile(client: GcsClient, key: string, nonce: string, error: unknown): Promise<boolean> {
  const cause = error instanceof StorageUnavailableError ? error.cause : error;
  const exists = cause instanceof GcsResponseError && cause.status === 412;
  // A request that fails with a permanent error has not written the object.
  if (cause instanceof GcsResponseError && !isRetryable(cause) && !exists) return false;
  const policy = exists ? {} : CLEANUP_POLICY;
  try {
    const found = await client.json(
      {
        method: 'GET',
        url: client.pathOf(key),
        query: { fields: OBJECT_FIELDS },
        policy,
      },
      objectResource,
    );
    if (found.metadata?.[NONCE] !== nonce) return false;
    if (exists) return true;
    const query = { ifGenerationMatch: found.generation };
    await client.send(
      { method: 'DELETE', url: client.pathOf(key), query, policy },
      async (response) => void (await response.arrayBuffer()),
    );
    return false;
  } catch (fault) {
    // After status 412, the outcome is unknown if the object cannot be read. After any other error, the upload
    // failed.
    if (exists && !(fault instanceof GcsResponseError)) throw fault;
    return false;
  }
}
