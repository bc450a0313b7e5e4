import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CRC32C } from '@google-cloud/storage';
import { crc32c, encodeCrc32c } from '../../../src/storage/gcs/client/crc32c.ts';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

const KIB = 1024;

describe('an upload', () => {
  let gcs: LocalGcs;
  beforeAll(async () => void (gcs = await LocalGcs.start()));
  afterAll(() => gcs.close());
  beforeEach(() => {
    gcs.server.requests.clear();
    gcs.server.faults.clear();
  });

  const stored = async (name: string) => (await gcs.bucket.file(name).download())[0];
  const exists = async (name: string) => (await gcs.bucket.file(name).exists())[0];
  const puts = () =>
    gcs.server.requests.of('uploads.put').map(({ status, headers }) => [headers['content-range'], status]);

  // A client that has written once without a precondition stops retrying, even requests with a precondition.
  const freshBucket = () => gcs.client().bucket(BUCKET);

  it("uses the same checksum as Google's client", () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    for (const size of [0, 1, 7, 8, 9, 1000]) {
      const reference = new CRC32C();
      reference.update(someBytes(size));
      expect(encodeCrc32c(crc32c(someBytes(size)))).toBe(reference.toString());
    }
    expect(crc32c(Buffer.from('456789'), crc32c(Buffer.from('123')))).toBe(0xe3069283);
  });

  it.each([0, 1, 70_001, 3 * 1024 * KIB + 5])('accepts %i bytes in one request', async (size) => {
    const file = gcs.bucket.file(`simple/${size}.bin`);
    const metadata = { contentType: 'image/jpeg', cacheControl: 'private', metadata: { camera: 'Ü' } };
    await file.save(someBytes(size), { resumable: false, metadata });
    expect((await stored(file.name)).equals(someBytes(size))).toBe(true);
    const [resource] = await file.getMetadata();
    expect(resource).toMatchObject({ ...metadata, size: String(size), metageneration: '1', bucket: BUCKET });
    expect(gcs.server.requests.of('objects.insert')).toHaveLength(1);
  });

  it.each([0, 1, 3 * 1024 * KIB + 5])('accepts %i bytes in a resumable upload', async (size) => {
    const file = gcs.bucket.file('resumable/ä b.bin');
    await file.save(someBytes(size), { resumable: true, contentType: 'image/png' });
    expect((await stored(file.name)).equals(someBytes(size))).toBe(true);
    expect((await file.getMetadata())[0].contentType).toBe('image/png');
    expect(puts()).toEqual([['bytes 0-*/*', 200]]);
  });

  it('accepts a resumable upload in chunks', async () => {
    const bytes = someBytes(600 * KIB);
    await gcs.bucket.file('chunks').save(bytes, { resumable: true, chunkSize: 256 * KIB });
    expect((await stored('chunks')).equals(bytes)).toBe(true);
    expect(puts()).toEqual([
      ['bytes 0-262143/*', 308],
      ['bytes 262144-524287/*', 308],
      ['bytes 524288-614399/614400', 200],
    ]);
  });

  it('continues in chunks after its connection breaks', async () => {
    const bytes = someBytes(2 * 1024 * KIB);
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { reset: 700_000 } });
    const options = { resumable: true, chunkSize: 1024 * KIB, preconditionOpts: { ifGenerationMatch: 0 } };
    await freshBucket().file('resumed').save(bytes, options);
    expect((await stored('resumed')).equals(bytes)).toBe(true);
    expect(gcs.server.requests.of('uploads.start')).toHaveLength(1);
    const [first, second, third] = puts();
    expect(first).toEqual(['bytes 0-1048575/*', null]);
    expect(second).toEqual(['bytes */*', 308]);
    expect(third![0]).toBe('bytes 524288-1572863/*');
  });

  it.each([429, 503])('is retried by the client after status %i', async (status) => {
    gcs.server.faults.failNext({ operation: 'uploads.start', fault: { status } });
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { status } });
    const options = { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } };
    await freshBucket().file(`again/${status}`).save('bytes', options);
    expect(await stored(`again/${status}`)).toEqual(Buffer.from('bytes'));
    expect(gcs.server.faults.pending).toBe(0);
  });

  it('is rejected if the bytes do not match the checksum, and leaves no object', async () => {
    for (const metadata of [{ crc32c: 'AAAAAA==' }, { md5Hash: 'AAAAAAAAAAAAAAAAAAAAAA==' }])
      for (const resumable of [true, false]) {
        const saved = gcs.bucket.file('wrong').save('bytes', { resumable, metadata });
        const message = expect.stringMatching(/^Provided (CRC32C|MD5 hash) .* doesn't match calculated/);
        await expect(saved).rejects.toMatchObject({ code: 400, message, errors: [{ reason: 'invalid' }] });
      }
    expect(await exists('wrong')).toBe(false);
    expect(await readdir(join(gcs.folder, 'temp'))).toEqual([]);
  });

  it('fails in the client if the server reports a different checksum', async () => {
    gcs.server.faults.failNext({ operation: 'objects.insert', fault: { wrongCrc32c: true } });
    const saved = gcs.bucket.file('corrupted').save('bytes', { resumable: false });
    await expect(saved).rejects.toMatchObject({ code: 'FILE_NO_UPLOAD' });
    // The client deletes the object.
    expect(await exists('corrupted')).toBe(false);
  });

  it.each([true, false])(
    'does not overwrite an object if its precondition forbids it (resumable: %s)',
    async (resumable) => {
      const file = gcs.bucket.file(`once-${resumable}`);
      const options = { resumable, preconditionOpts: { ifGenerationMatch: 0 } };
      await file.save('first', options);
      const [{ generation }] = await file.getMetadata();
      const second = await file.save('second', options).catch((error: unknown) => error);
      expect(second).toMatchObject({ message: expect.stringMatching(/pre-conditions/) });
      expect(await stored(file.name)).toEqual(Buffer.from('first'));
      await file.save('third', { resumable, preconditionOpts: { ifGenerationMatch: Number(generation) } });
      expect(await stored(file.name)).toEqual(Buffer.from('third'));
    },
  );

  it('fails with status 412 and conditionNotMet if its precondition fails', async () => {
    await gcs.bucket.file('there').save('x', { resumable: false });
    const again = gcs.bucket
      .file('there')
      .save('y', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
    await expect(again).rejects.toMatchObject({ code: 412, errors: [{ reason: 'conditionNotMet' }] });
  });

  it('succeeds only once if many clients create the same object concurrently', async () => {
    const attempts = Array.from({ length: 8 }, (_, i) => {
      const options = { resumable: i % 2 === 0, preconditionOpts: { ifGenerationMatch: 0 } };
      return freshBucket().file('race').save(`writer ${i}`, options);
    });
    const outcomes = await Promise.allSettled(attempts);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stored('race')).toEqual(Buffer.from(`writer ${winner}`));
    expect(await readdir(join(gcs.folder, 'temp'))).toEqual([]);
  });

  it('has a higher generation than all uploads before it', async () => {
    const generations: number[] = [];
    for (let i = 0; i < 5; i++) {
      await gcs.bucket.file(`generation-${i % 2}`).save('x', { resumable: false });
      generations.push(Number((await gcs.bucket.file(`generation-${i % 2}`).getMetadata())[0].generation));
    }
    expect(generations).toEqual([...new Set(generations)].toSorted((a, b) => a - b));
  });

  it.each([true, false])('is rejected if the bucket does not exist (resumable: %s)', async (resumable) => {
    const saved = gcs.storage.bucket('no-such-bucket').file('x').save('x', { resumable });
    await expect(saved).rejects.toThrow(/bucket does not exist|Not Found|404/);
  });

  it.each(['', 'line\nbreak', '..', 'x'.repeat(1025)])('cannot have the name %j', async (name) => {
    const query = new URLSearchParams({ uploadType: 'media', name });
    const url = `${gcs.server.url}/upload/storage/v1/b/${BUCKET}/o?${query}`;
    const response = await fetch(url, { method: 'POST', body: 'x' });
    expect(response.status).toBe(400);
  });

  it.each(['../../../escape', '/', 'a/', 'a//b', 'ü/日本/😀', 'per%2Fcent %?#[]*', '.hidden'])(
    'can have the name %j',
    async (name) => {
      await gcs.bucket.file(name).save(name, { resumable: false });
      expect((await stored(name)).toString()).toBe(name);
      expect((await gcs.bucket.getFiles({ prefix: name }))[0].map((file) => file.name)).toContain(name);
    },
  );
});
