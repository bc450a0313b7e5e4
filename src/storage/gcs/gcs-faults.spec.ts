import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { BUCKET, LocalGcs } from '../../../test/support/gcs/local-gcs.ts';
import { ObjectExistsError, ObjectNotFoundError, StorageUnavailableError } from '../object-store.ts';
import { GcsClient } from './client/gcs-client.ts';
import { type GcsPolicies, GcsObjectStore } from './gcs-object-store.ts';

const KEY = 'photos/u1/p1.jpg';
const LARGE = randomBytes(1_250_000);
const REQUESTS = { attempts: 3, backOffMs: 5, attemptMs: 1_500, totalMs: 8_000 };
const QUICK: GcsPolicies = {
  uploads: { attempts: 3, backOffMs: 5, attemptMs: 2_000, totalMs: 10_000, blockBytes: 512 * 1024 },
  downloads: { stallMs: 1_000, attempts: 3, backOffMs: 5 },
};

describe('GcsObjectStore when Cloud Storage fails', () => {
  let gcs: LocalGcs;
  let store: GcsObjectStore;

  beforeEach(async () => {
    gcs = await LocalGcs.start();
    store = open();
  });
  afterEach(() => gcs.close());

  const open = ({ storage = gcs.storage, bucket = BUCKET, uploads = {}, downloads = {} } = {}) => {
    const policies = {
      uploads: { ...QUICK.uploads, ...uploads },
      downloads: { ...QUICK.downloads, ...downloads },
    };
    return new GcsObjectStore(new GcsClient(storage, bucket, REQUESTS), { policies });
  };
  const failNext: LocalGcs['server']['faults']['failNext'] = (rule) => gcs.server.faults.failNext(rule);
  const put = (body: Buffer | Readable = Buffer.from('bytes')) => store.put(KEY, body, 'image/jpeg');
  const large = () => Readable.from([LARGE.subarray(0, 600_000), LARGE.subarray(600_000)]);
  const statuses = (operation: string) => gcs.server.requests.of(operation).map(({ status }) => status);
  const isStored = async (bytes: Buffer) => bytes.equals((await gcs.content(KEY)) ?? Buffer.alloc(0));
  const fails = async (work: Promise<unknown>, fault: string) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toHaveProperty('fault', fault);
    expect(String(error)).not.toMatch(/127\.0\.0\.1|test-bucket/);
  };

  it.each([429, 503, 500, 408])('retries after status %i', async (status) => {
    for (const operation of [
      'objects.insert',
      'objects.get',
      'objects.list',
      'objects.media',
      'objects.delete',
    ])
      failNext({ operation, fault: { status } });
    await put();
    expect(await store.find(KEY)).toEqual({ key: KEY, sizeBytes: 5 });
    expect((await store.list('photos/', { limit: 1 })).keys).toEqual([KEY]);
    expect(await text(await store.read(KEY))).toBe('bytes');
    await store.delete(KEY);
    expect(await store.find(KEY)).toBeNull();
    expect(gcs.server.faults.pending).toBe(0);
  });

  it('waits for the time that Retry-After requests', async () => {
    failNext({ operation: 'objects.get', fault: { status: 429, retryAfter: 1 } });
    const began = performance.now();
    expect(await store.find(KEY)).toBeNull();
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  it.each([
    [429, 'rate-limited', 3],
    [503, 'failing', 3],
    [403, 'forbidden', 1],
    [401, 'no-credentials', 1],
  ] as const)('reports status %i as the fault %s', async (status, fault, attempts) => {
    const everything = [
      () => put(),
      () => store.find(KEY),
      () => store.read(KEY),
      () => store.delete(KEY),
      () => store.list('', { limit: 1 }),
    ];
    for (const work of everything) {
      gcs.server.requests.clear();
      failNext({ fault: { status }, times: 100 });
      await fails(work(), fault);
      // After a failed write, one more request checks the object. That request does not count as an attempt.
      expect(gcs.server.requests.all.length).toBeLessThanOrEqual(attempts + 1);
      gcs.server.faults.clear();
    }
    await fails((failNext({ fault: { status }, times: 100 }), store.check()), fault);
  });

  it('reports a missing bucket', async () => {
    store = open({ bucket: 'no-such-bucket' });
    await fails(put(), 'bucket-missing');
    await fails(store.find(KEY), 'bucket-missing');
    await fails(store.delete(KEY), 'bucket-missing');
    await fails(store.list('', { limit: 1 }), 'bucket-missing');
    await fails(store.check(), 'bucket-missing');
  });

  it('reports an unreachable server', async () => {
    const storage = gcs.client({ apiEndpoint: 'http://127.0.0.1:1' });
    await fails(open({ storage }).find(KEY), 'unreachable');
  });

  it('aborts requests that take too long, and they have no effect later', async () => {
    failNext({ operation: 'objects.get', fault: { stall: 0 }, times: 9 });
    await fails(store.find(KEY), 'slow');
    gcs.server.faults.clear();
    failNext({ operation: 'objects.insert', fault: { stall: 100, ms: 3_000 }, times: 9 });
    await fails(put(randomBytes(50_000)), 'slow');
    gcs.server.faults.clear();
    await sleep(1_500);
    expect(await store.find(KEY)).toBeNull();
  });

  it.each(['objects.insert', 'objects.delete'])(
    'loses no write when the response to %s is lost',
    async (operation) => {
      failNext({ operation, fault: { loseResponse: true } });
      await put();
      expect(await text(await store.read(KEY))).toBe('bytes');
      await store.delete(KEY);
      expect(await store.find(KEY)).toBeNull();
      expect(gcs.server.faults.pending).toBe(0);
    },
  );

  it('does not mistake an older object for its own when the connection is reset', async () => {
    await put(Buffer.from('bytes'));
    failNext({ operation: 'objects.insert', fault: { reset: 1 } });
    await expect(put(Buffer.from('bytes'))).rejects.toThrow(ObjectExistsError);
    expect(await text(await store.read(KEY))).toBe('bytes');
  });

  it('deletes an object whose upload was never confirmed', async () => {
    failNext({ operation: 'objects.insert', fault: { loseResponse: true } });
    store = open({ uploads: { attempts: 1 } });
    await fails(put(), 'unreachable');
    expect(await store.find(KEY)).toBeNull();
  });

  it.each(['objects.insert', 'uploads.put'])(
    'leaves no object when the response to %s has a different checksum',
    async (operation) => {
      failNext({ operation, fault: { wrongCrc32c: true }, times: 3 });
      await fails(put(operation === 'uploads.put' ? large() : undefined), 'damaged-bytes');
      expect(await store.find(KEY)).toBeNull();
    },
  );

  describe('with a large object', () => {
    it('uploads it in blocks', async () => {
      await put(large());
      expect(await isStored(LARGE)).toBe(true);
      const ranges = gcs.server.requests.of('uploads.put').map(({ headers }) => headers['content-range']);
      expect(ranges).toEqual([
        'bytes 0-524287/*',
        'bytes 524288-1048575/*',
        `bytes 1048576-${LARGE.length - 1}/${LARGE.length}`,
      ]);
      expect(gcs.server.requests.of('uploads.put').at(-1)?.headers['x-goog-hash']).toMatch(/^crc32c=\S{8}$/);
    });

    it.each([{ status: 503 }, { status: 429 }, { reset: 150_000 }, { loseResponse: true }] as const)(
      'resumes after %j in any block',
      async (fault) => {
        for (const skip of [0, 1, 2]) {
          await store.delete(KEY);
          gcs.server.requests.clear();
          let seen = 0;
          const body = Readable.from(
            (function* () {
              for (let at = 0; at < LARGE.length; at += 64 * 1024) {
                if (at === skip * 512 * 1024 + 64 * 1024 && seen++ === 0)
                  failNext({ operation: 'uploads.put', fault });
                yield LARGE.subarray(at, at + 64 * 1024);
              }
            })(),
          );
          await put(body);
          expect(gcs.server.faults.pending).toBe(0);
          expect(await isStored(LARGE)).toBe(true);
          expect(gcs.server.requests.of('uploads.start')).toHaveLength(1);
        }
      },
    );

    it('cancels the upload when the sender disconnects, and leaves no object', async () => {
      const fault = new Error('the sender went away');
      const body = Readable.from(
        (function* () {
          yield LARGE;
          throw fault;
        })(),
      );
      await expect(put(body)).rejects.toBe(fault);
      expect(statuses('uploads.cancel')).toEqual([499]);
      expect(await store.find(KEY)).toBeNull();
    });

    it('fails when the whole upload takes too long', async () => {
      store = open({ uploads: { uploadMs: 300 } });
      failNext({ operation: 'uploads.put', fault: { delay: 200 }, times: 9 });
      await fails(put(large()), 'slow');
      gcs.server.faults.clear();
      expect(await store.find(KEY)).toBeNull();
    });

    it('fails when the bucket becomes unreachable during the upload', async () => {
      failNext({ operation: 'uploads.put', fault: { reset: 100_000 }, times: 100 });
      await fails(put(large()), 'unreachable');
      gcs.server.faults.clear();
      expect(await store.find(KEY)).toBeNull();
    });

    it('rejects a key that already exists', async () => {
      await put(Buffer.from('first'));
      await expect(put(large())).rejects.toThrow(ObjectExistsError);
      expect(await text(await store.read(KEY))).toBe('first');
    });
  });

  describe('while an object is read', () => {
    const bytes = randomBytes(2_000_000);
    beforeEach(() => put(bytes));
    const read = async (...args: [] | [{ start: number; end: number }]) =>
      buffer(await store.read(KEY, ...args));

    it.each([{ reset: 1_000_000 }, { stall: 1_000_000, ms: 3_000 }] as const)(
      'resumes after %j',
      async (fault) => {
        failNext({ operation: 'objects.media', fault, times: 2 });
        expect((await read()).equals(bytes)).toBe(true);
        failNext({ operation: 'objects.media', fault, times: 1 });
        expect((await read({ start: 5, end: 1_900_000 })).equals(bytes.subarray(5, 1_900_001))).toBe(true);
        expect(gcs.server.faults.pending).toBe(0);
      },
    );

    it('fails when the attempts make no progress', async () => {
      failNext({ operation: 'objects.media', fault: { reset: 1_000_000 } });
      failNext({ operation: 'objects.media', fault: { reset: 0 }, times: 100 });
      await fails(read(), 'unreachable');
    });

    it('gives up when bytes keep arriving, but too slowly', async () => {
      store = open({ downloads: { slowMs: 500 } });
      failNext({ operation: 'objects.media', fault: { trickle: 20 }, times: 9 });
      await fails(read(), 'slow');
      expect(statuses('objects.media')).toEqual([200]);
    });

    it('does not count the time of a slow reader', async () => {
      store = open({ downloads: { slowMs: 1_000, minBytes: 100_000_000 } });
      const opened = await store.read(KEY);
      const chunks: Buffer[] = [];
      for await (const chunk of opened as AsyncIterable<Buffer>) {
        if (chunks.length === 0) await sleep(1_500);
        chunks.push(chunk);
      }
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    });

    it('returns the bytes as they were sent, even if they were sent with a content encoding', async () => {
      const zipped = gzipSync(bytes);
      const metadata = { contentType: 'image/jpeg', contentEncoding: 'gzip' };
      await gcs.bucket.file('temp/uploads/1').save(zipped, { resumable: false, metadata });
      expect((await buffer(await store.read('temp/uploads/1'))).equals(zipped)).toBe(true);
      const part = await buffer(await store.read('temp/uploads/1', { start: 10, end: 1_000 }));
      expect(part.equals(zipped.subarray(10, 1_001))).toBe(true);
    });

    it('detects bytes that do not match their checksum', async () => {
      failNext({ operation: 'objects.media', fault: { wrongCrc32c: true } });
      await fails(read(), 'damaged-bytes');
    });

    it('does not combine the bytes of two objects', async () => {
      failNext({ operation: 'objects.media', fault: { reset: 1_000_000 } });
      const opened = await store.read(KEY);
      await store.delete(KEY);
      await store.put(KEY, randomBytes(2_000_000), 'image/jpeg');
      await expect(buffer(opened)).rejects.toBeInstanceOf(StorageUnavailableError);
    });

    it('reports a missing object before the first byte', async () => {
      await store.delete(KEY);
      await expect(store.read(KEY)).rejects.toThrow(ObjectNotFoundError);
    });
  });
});
