import { gunzipSync, gzipSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

describe('downloads', () => {
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

  it('has what the client checks the bytes with', async () => {
    for (const validation of ['crc32c', 'md5'] as const)
      expect((await gcs.bucket.file('photo').download({ validation }))[0].equals(bytes)).toBe(true);
    const answer = await media('photo');
    const [{ crc32c, md5Hash, generation }] = await gcs.bucket.file('photo').getMetadata();
    expect(Object.fromEntries(answer.headers)).toMatchObject({
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

  it('is refused by the client when the checksum is not that of the bytes', async () => {
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

  it('names the range that it sends', async () => {
    const part = await media('photo', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/900000']);
    expect(part.headers.get('content-length')).toBe('10');
  });

  it.each(['bytes=900000-', 'bytes=1000000-1000001'])('refuses the range %s', async (range) => {
    const answer = await media('photo', { range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */900000']);
    await answer.text();
    await expect(gcs.bucket.file('photo').download({ start: 900_000 })).rejects.toMatchObject({ code: 416 });
  });

  it.each(['pages=1-2', 'bytes=a-b', 'bytes=0-1,5-6'])('sends the whole for %s', async (range) => {
    const answer = await media('photo', { range });
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBe(900_000);
  });

  it('has no range of an empty object', async () => {
    expect((await gcs.bucket.file('empty').download())[0]).toHaveLength(0);
    expect((await media('empty', { range: 'bytes=0-' })).status).toBe(416);
  });

  it('says in plain text that there is no such object, bucket or generation', async () => {
    const missing = await media('missing');
    expect([missing.status, await missing.text()]).toEqual([404, `No such object: ${BUCKET}/missing`]);
    await expect(gcs.bucket.file('missing').download()).rejects.toMatchObject({ code: 404 });
    await expect(gcs.storage.bucket('nowhere').file('x').download()).rejects.toMatchObject({ code: 404 });
    await expect(gcs.bucket.file('photo', { generation: 1 }).download()).rejects.toMatchObject({ code: 404 });
  });

  it('keeps to preconditions: 412 where it changed, 304 where it did not', async () => {
    const [{ generation }] = await gcs.bucket.file('photo').getMetadata();
    const status = async (query: string) => (await media('photo', {}, `&${query}`)).status;
    expect(await status('ifGenerationMatch=1')).toBe(412);
    expect(await status(`ifGenerationMatch=${generation}&ifMetagenerationMatch=1`)).toBe(200);
    expect(await status('ifMetagenerationMatch=2')).toBe(412);
    expect(await status(`ifGenerationNotMatch=${generation}`)).toBe(304);
    expect(await status('ifGenerationMatch=x')).toBe(400);
  });

  it('unzips what was stored zipped, for a client that does not take it so', async () => {
    const zipped = await media('zipped', { 'accept-encoding': 'gzip' });
    // Node's fetch has unzipped it by its content-encoding.
    expect([zipped.headers.get('content-encoding'), await zipped.text()]).toEqual(['gzip', 'plain text']);
    const plain = await media('zipped', { 'accept-encoding': 'identity' });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, 'plain text']);
    expect((await gcs.bucket.file('zipped').download())[0].toString()).toBe('plain text');
    const [raw] = await gcs.bucket.file('zipped').download({ decompress: false });
    expect(gunzipSync(raw).toString()).toBe('plain text');
  });

  it('fails for the client when the connection breaks half-way', async () => {
    gcs.server.faults.failNext({ operation: 'objects.media', fault: { reset: 400_000 } });
    await expect(gcs.bucket.file('photo').download()).rejects.toThrow(/ECONNRESET|aborted|Premature close/);
  });

  it('sends to its end what is overwritten and deleted meanwhile', async () => {
    const file = gcs.bucket.file('changing');
    await file.save(bytes, { resumable: false });
    gcs.server.faults.failNext({ operation: 'objects.media', fault: { stall: 100_000, ms: 150 } });
    const download = file.download();
    while (gcs.server.faults.pending > 0) await new Promise(setImmediate);
    await file.save('new', { resumable: false });
    await file.delete();
    expect((await download)[0].equals(bytes)).toBe(true);
  });

  it('stops reading when the client goes away', async () => {
    const stream = gcs.bucket.file('photo').createReadStream({ start: 0, end: 3 });
    expect((await text(stream)).length).toBeGreaterThan(0);
    const cut = new AbortController();
    const answer = await fetch(`${gcs.server.url}/storage/v1/b/${BUCKET}/o/photo?alt=media`, {
      signal: cut.signal,
    });
    expect(answer.status).toBe(200);
    cut.abort();
    expect(gcs.server.mistakes).toEqual([]);
  });
});
