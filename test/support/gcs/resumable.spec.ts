import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

const QUANTUM = 256 * 1024;

/** Tests the protocol itself, with a session URI that Google's client has obtained. */
describe('a resumable upload', () => {
  let gcs: LocalGcs;
  let sessionUri: string;
  beforeAll(async () => void (gcs = await LocalGcs.start()));
  afterAll(() => gcs.close());
  beforeEach(async () => {
    gcs.server.faults.clear();
    [sessionUri] = await gcs.bucket
      .file('object')
      .createResumableUpload({ metadata: { contentType: 'image/jpeg' } });
  });

  const put = (body: Buffer, range?: string) =>
    fetch(sessionUri, {
      method: 'PUT',
      body,
      headers: range === undefined ? {} : { 'content-range': range },
    });
  const queryState = () => put(Buffer.alloc(0), 'bytes */*');

  it('reports that it has received no bytes yet', async () => {
    const response = await queryState();
    expect([response.status, response.headers.get('range')]).toEqual([308, null]);
  });

  it('accepts a whole object without Content-Range', async () => {
    const response = await put(Buffer.from('whole'));
    expect(response.status).toBe(200);
    await expect(response.json()).resolves.toMatchObject({
      name: 'object',
      size: '5',
      contentType: 'image/jpeg',
    });
  });

  it('keeps a multiple of 256 KiB of a request that is not the last', async () => {
    const bytes = someBytes(2 * QUANTUM + 1000);
    const first = await put(bytes.subarray(0, QUANTUM + 500), `bytes 0-${QUANTUM + 499}/*`);
    expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
    const last = await put(bytes.subarray(QUANTUM), `bytes ${QUANTUM}-${bytes.length - 1}/${bytes.length}`);
    expect(last.status).toBe(200);
    expect((await gcs.bucket.file('object').download())[0].equals(bytes)).toBe(true);
  });

  it('keeps a multiple of 256 KiB of a broken request', async () => {
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { reset: QUANTUM + 10_000 } });
    const bytes = someBytes(3 * QUANTUM);
    await expect(put(bytes)).rejects.toThrow();
    const response = await queryState();
    expect([response.status, response.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  });

  it('skips bytes that it has already received', async () => {
    const bytes = someBytes(2 * QUANTUM);
    await put(bytes.subarray(0, QUANTUM), `bytes 0-${QUANTUM - 1}/*`);
    const response = await put(bytes.subarray(1000), `bytes 1000-${bytes.length - 1}/${bytes.length}`);
    expect(response.status).toBe(200);
    expect((await gcs.bucket.file('object').download())[0].equals(bytes)).toBe(true);
  });

  it('rejects a gap, a chunk that is too small, and a chunk with a wrong Content-Range', async () => {
    const gap = await put(someBytes(QUANTUM), `bytes ${QUANTUM}-${2 * QUANTUM - 1}/*`);
    expect([gap.status, await gap.text()]).toEqual([503, expect.stringContaining('upload offset is 262144')]);
    const small = await put(someBytes(1000), 'bytes 0-999/*');
    expect([small.status, await small.text()]).toEqual([
      400,
      expect.stringContaining('contained 1000 bytes'),
    ]);
    expect((await put(someBytes(10), 'bytes 0-99/100')).status).toBe(400);
    expect((await put(someBytes(10), 'bytes nonsense')).status).toBe(400);
    expect((await queryState()).headers.get('range')).toBeNull();
  });

  it('reports the object again to a client that missed the response', async () => {
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { loseResponse: true } });
    await expect(put(Buffer.from('once'))).rejects.toThrow();
    const response = await queryState();
    expect(response.status).toBe(200);
    const { generation } = (await response.json()) as { generation: string };
    expect((await gcs.bucket.file('object').getMetadata())[0].generation).toBe(generation);
  });

  it('aborts a stalled request when the client sends another one', async () => {
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { stall: QUANTUM + 1 } });
    const hanging = put(someBytes(3 * QUANTUM)).catch(() => 'broken');
    while (gcs.server.faults.pending > 0) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const response = await queryState();
    expect([response.status, response.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
    await expect(hanging).resolves.toBe('broken');
  });

  it('can be cancelled', async () => {
    const cancelled = await fetch(sessionUri, { method: 'DELETE' });
    expect(cancelled.status).toBe(499);
    expect((await put(Buffer.from('late'))).status).toBe(404);
    const id = new URL(sessionUri).searchParams.get('upload_id')!;
    expect((await readdir(join(gcs.folder, 'uploads'))).filter((file) => file.includes(id))).toEqual([]);
  });

  it('checks the declared size', async () => {
    const url = `${gcs.server.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=declared`;
    const started = await fetch(url, { method: 'POST', headers: { 'x-upload-content-length': '10' } });
    const location = started.headers.get('location')!;
    expect((await fetch(location, { method: 'PUT', body: 'too short' })).status).toBe(400);
    expect((await fetch(location, { method: 'PUT', body: 'just right' })).status).toBe(200);
  });

  it('checks its precondition at the end as well', async () => {
    const options = { preconditionOpts: { ifGenerationMatch: 0 } };
    const [location] = await gcs.bucket.file('late').createResumableUpload(options);
    await gcs.bucket.file('late').save('earlier', { resumable: false });
    expect((await fetch(location, { method: 'PUT', body: 'later' })).status).toBe(412);
    expect((await gcs.bucket.file('late').download())[0].toString()).toBe('earlier');
  });
});
