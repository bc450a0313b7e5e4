import { MIB } from '../../../config/units.ts';
import { randomUUID } from 'node:crypto';
import { ObjectExistsError, StorageUnavailableError } from '../../object-store.ts';
import { OBJECT_FIELDS, objectResource } from '../client/answers.ts';
import { type Block, update } from '../client/block.ts';
import { Crc32c } from '../client/crc32c.ts';
import { type GcsClient, PACE, type Pace } from '../client/gcs-client.ts';
import { bucketFault, GcsRefusal, mayPass, toUnavailable } from '../client/gcs-fault.ts';
import { ResumableUpload } from './resumable-upload.ts';

export interface UploadPace extends Pace {
  /** Up to here an object is one request; above it comes in requests of so much. A multiple of 256 KiB. */
  blockBytes: number;
  /** For the whole object: what is written later than its intent lasts nobody would remove. */
  wholeMs: number;
}

/** A block's time, on a line of 1 Mbit/s and more; together less than keeping a photo may take. */
export const UPLOAD_PACE: UploadPace = {
  ...PACE,
  blockBytes: 8 * MIB,
  answerMs: 75_000,
  totalMs: 4 * 60_000,
  wholeMs: 10 * 60_000,
};

/** After a failure that nobody waits to see the end of. */
const LAST_LOOK: Partial<Pace> = { attempts: 1, totalMs: 5_000 };

/** Of whose upload an object is: an answer that was lost is told by it from an object that was there before. */
const NONCE = 'imgstream-upload';

/** Objects do not change, and the URL that a browser may know one by does not live for longer. */
const CACHE_CONTROL = 'private, max-age=3600';

/**
 * Writes a new object of blocks, all but the last of `blockBytes`; see ObjectStore.put. What was written of a failed
 * upload is removed again, if it can be.
 * @throws ObjectExistsError, StorageUnavailableError, what the blocks threw.
 */
export async function upload(
  client: GcsClient,
  key: string,
  blocks: AsyncGenerator<Block>,
  contentType: string,
  pace: UploadPace,
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
      ? await uploadAtOnce(client, bytes, target, pace)
      : await uploadInBlocks(client, [bytes, second.value], blocks, target, pace);
    if (written.crc32c !== written.expected) throw bucketFault('damaged-bytes');
  } catch (error) {
    const there = await find(client, key, nonce, error);
    if (there === 'written') return;
    if (error instanceof GcsRefusal && error.status === 412)
      throw new ObjectExistsError('An object of this key exists already.', { cause: error });
    throw error instanceof GcsRefusal ? toUnavailable(error) : error;
  }
}

/** What the object is to be. */
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
  pace: Pace,
): Promise<Written> {
  const hash = new Crc32c();
  await update(hash, bytes);
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
      pace,
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
  pace: UploadPace,
): Promise<Written> {
  const late = AbortSignal.timeout(pace.wholeMs);
  const hash = new Crc32c();
  let session: ResumableUpload | null = null;
  try {
    session = await ResumableUpload.start(client, target, pace, late);
    await update(hash, first);
    await session.send(first);
    let last = second;
    for await (const block of rest) {
      await update(hash, last);
      await session.send(last);
      last = block;
    }
    await update(hash, last);
    const expected = hash.toString();
    const written = await session.finish(last, expected);
    return { crc32c: written.crc32c, expected };
  } catch (error) {
    await session?.giveUp();
    throw late.aborted ? bucketFault('slow', error) : error;
  }
}

/**
 * After a failure: whether the object is there all the same, as this upload wrote it. One that this upload wrote and that
 * is not as it should be, or whose writing nobody was told of, is deleted.
 */
async function find(
  client: GcsClient,
  key: string,
  nonce: string,
  error: unknown,
): Promise<'written' | 'not'> {
  const refusal = error instanceof StorageUnavailableError ? error.cause : error;
  const isTaken = refusal instanceof GcsRefusal && refusal.status === 412;
  // What is refused for good was not written.
  if (refusal instanceof GcsRefusal && !mayPass(refusal) && !isTaken) return 'not';
  const pace = isTaken ? {} : LAST_LOOK;
  try {
    const found = await client.json(
      {
        method: 'GET',
        url: client.pathOf(key),
        query: { fields: OBJECT_FIELDS },
        pace,
      },
      objectResource,
    );
    if (found.metadata?.[NONCE] !== nonce) return 'not';
    if (isTaken) return 'written';
    const query = { ifGenerationMatch: found.generation };
    await client.send(
      { method: 'DELETE', url: client.pathOf(key), query, pace },
      async (response) => void (await response.arrayBuffer()),
    );
    return 'not';
  } catch (fault) {
    // Whether it is there decides what is true only where the key is taken.
    if (isTaken && !(fault instanceof GcsRefusal)) throw fault;
    return 'not';
  }
}
