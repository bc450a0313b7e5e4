import { gunzipSync, gzipSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

describe('a download', () => {
  const bytes = someBytes(900_000);
  let gcs: LocalGcs;
  beforeAll(async () => {
    gcs = await LocalGcs.start();
    await gcs.bucket.file('photo').save(bytes, { resumable: false, contentType: 'image/jpeg' });
    await gcs.bucket.file('empty').save('', { resumable: false });
    const zipped = { resumable: false, metadata: { contentType: 'text/plain', contentEncoding: 'gzip' } };
    await gcs.bucket.file('zipped').save(gzipSync('plain text'), zipped);
  });
  afterAll(() => gcs.close());
  beforeEach(() => gcs.server.faults.clear());

  const media = (name: string, headers: Record<string, string> = {}, query = '') =>
    fetch(`${gcs.server.url}/download/storage/v1/b/${BUCKET}/o/${name}?alt=media${query}`, { headers });

  it('sends the checksums that the client verifies', async () => {
    for (const validation of ['crc32c', 'md5'] as const)
      expect((await gcs.bucket.file('photo').download({ validation }))[0].equals(bytes)).toBe(true);
    const response = await media('photo');
    const [{ crc32c, md5Hash, generation }] = await gcs.bucket.file('photo').getMetadata();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '900000',
      'content-disposition': 'attachment',
      'x-goog-hash': `crc32c=${crc32c},md5=${md5Hash}`,
      'x-goog-generation': String(generation),
      'x-goog-metageneration': '1',
      'x-goog-stored-content-encoding': 'identity',
      'x-goog-stored-content-length': '900000',
    });
  });

  it('sends a wrong checksum that the client rejects, if a fault is set', async () => {
    gcs.server.faults.failNext({ operation: 'objects.media', fault: { wrongCrc32c: true } });
    await expect(gcs.bucket.file('photo').download()).rejects.toMatchObject({
      code: 'CONTENT_DOWNLOAD_MISMATCH',
    });
    expect((await gcs.bucket.file('photo').download())[0].length).toBe(bytes.length);
  });

  it.each([
    [{ start: 0, end: 0 }, [0, 1]],
    [{ start: 899_999 }, [899_999, 900_000]],
    [{ start: 300_000, end: 599_999 }, [300_000, 600_000]],
    [{ start: 899_000, end: 2_000_000 }, [899_000, 900_000]],
    [{ end: -100 }, [899_900, 900_000]],
  ])('sends the range %j', async (range, [from, to]) => {
    const [part] = await gcs.bucket.file('photo').download(range);
    expect(part.equals(bytes.subarray(from, to))).toBe(true);
  });

  it('sends Content-Range with a range', async () => {
    const part = await media('photo', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/900000']);
    expect(part.headers.get('content-length')).toBe('10');
  });

  it.each(['bytes=900000-', 'bytes=1000000-1000001'])('rejects the range %s', async (range) => {
    const response = await media('photo', { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */900000']);
    await response.text();
    await expect(gcs.bucket.file('photo').download({ start: 900_000 })).rejects.toMatchObject({ code: 416 });
  });

  it.each(['pages=1-2', 'bytes=a-b', 'bytes=0-1,5-6'])(
    'sends the whole object for the range %s',
    async (range) => {
      const response = await media('photo', { range });
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBe(900_000);
    },
  );

  it('rejects every range of an empty object', async () => {
    expect((await gcs.bucket.file('empty').download())[0]).toHaveLength(0);
    expect((await media('empty', { range: 'bytes=0-' })).status).toBe(416);
  });

  it('reports a missing object, bucket or generation in plain text', async () => {
    const missing = await media('missing');
    expect([missing.status, await missing.text()]).toEqual([404, `No such object: ${BUCKET}/missing`]);
    await expect(gcs.bucket.file('missing').download()).rejects.toMatchObject({ code: 404 });
    await expect(gcs.storage.bucket('nowhere').file('x').download()).rejects.toMatchObject({ code: 404 });
    await expect(gcs.bucket.file('photo', { generation: 1 }).download()).rejects.toMatchObject({ code: 404 });
  });

  it('checks preconditions, with status 412 for a changed object and 304 for an unchanged one', async () => {
    const [{ generation }] = await gcs.bucket.file('photo').getMetadata();
    const status = async (query: string) => (await media('photo', {}, `&${query}`)).status;
    expect(await status('ifGenerationMatch=1')).toBe(412);
    expect(await status(`ifGenerationMatch=${generation}&ifMetagenerationMatch=1`)).toBe(200);
    expect(await status('ifMetagenerationMatch=2')).toBe(412);
    expect(await status(`ifGenerationNotMatch=${generation}`)).toBe(304);
    expect(await status('ifGenerationMatch=x')).toBe(400);
  });

  it('decompresses gzip objects for a client that does not accept gzip', async () => {
    const zipped = await media('zipped', { 'accept-encoding': 'gzip' });
    // Node's fetch decompresses the body because of its content-encoding.
    expect([zipped.headers.get('content-encoding'), await zipped.text()]).toEqual(['gzip', 'plain text']);
    const plain = await media('zipped', { 'accept-encoding': 'identity' });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, 'plain text']);
    expect((await gcs.bucket.file('zipped').download())[0].toString()).toBe('plain text');
    const [raw] = await gcs.bucket.file('zipped').download({ decompress: false });
    expect(gunzipSync(raw).toString()).toBe('plain text');
  });

  it('fails in the client when the connection breaks midway', async () => {
    gcs.server.faults.failNext({ operation: 'objects.media', fault: { reset: 400_000 } });
    await expect(gcs.bucket.file('photo').download()).rejects.toThrow(/ECONNRESET|aborted|Premature close/);
  });

  it('sends an object completely even if it is overwritten and deleted in the meantime', async () => {
    const file = gcs.bucket.file('changing');
    await file.save(bytes, { resumable: false });
    gcs.server.faults.failNext({ operation: 'objects.media', fault: { stall: 100_000, ms: 150 } });
    const download = file.download();
    while (gcs.server.faults.pending > 0) await new Promise(setImmediate);
    await file.save('new', { resumable: false });
    await file.delete();
    expect((await download)[0].equals(bytes)).toBe(true);
  });

  it('stops reading when the client disconnects', async () => {
    const stream = gcs.bucket.file('photo').createReadStream({ start: 0, end: 3 });
    expect((await text(stream)).length).toBeGreaterThan(0);
    const client = new AbortController();
    const response = await fetch(`${gcs.server.url}/storage/v1/b/${BUCKET}/o/photo?alt=media`, {
      signal: client.signal,
    });
    expect(response.status).toBe(200);
    client.abort();
    expect(gcs.server.unexpectedErrors).toEqual([]);
  });
});
