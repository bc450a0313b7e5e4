import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

const QUANTUM = 256 * 1024;

/** The protocol itself, on an address that Google's client has got. */
describe('resumable uploads', () => {
  let gcs: LocalGcs;
  let address: string;
  beforeAll(async () => void (gcs = await LocalGcs.start()));
  afterAll(() => gcs.close());
  beforeEach(async () => {
    gcs.server.faults.clear();
    [address] = await gcs.bucket
      .file('object')
      .createResumableUpload({ metadata: { contentType: 'image/jpeg' } });
  });

  const put = (body: Buffer, range?: string) =>
    fetch(address, { method: 'PUT', body, headers: range === undefined ? {} : { 'content-range': range } });
  const state = () => put(Buffer.alloc(0), 'bytes */*');

  it('says that nothing came yet', async () => {
    const answer = await state();
    expect([answer.status, answer.headers.get('range')]).toEqual([308, null]);
  });

  it('takes the whole without a range', async () => {
    const answer = await put(Buffer.from('whole'));
    expect(answer.status).toBe(200);
    await expect(answer.json()).resolves.toMatchObject({
      name: 'object',
      size: '5',
      contentType: 'image/jpeg',
    });
  });

  it('keeps whole multiples of 256 KiB of what was not the end', async () => {
    const bytes = someBytes(2 * QUANTUM + 1000);
    const first = await put(bytes.subarray(0, QUANTUM + 500), `bytes 0-${QUANTUM + 499}/*`);
    expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
    const last = await put(bytes.subarray(QUANTUM), `bytes ${QUANTUM}-${bytes.length - 1}/${bytes.length}`);
    expect(last.status).toBe(200);
    expect((await gcs.bucket.file('object').download())[0].equals(bytes)).toBe(true);
  });

  it('keeps whole multiples of 256 KiB of a broken request', async () => {
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { reset: QUANTUM + 10_000 } });
    const bytes = someBytes(3 * QUANTUM);
    await expect(put(bytes)).rejects.toThrow();
    const answer = await state();
    expect([answer.status, answer.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  });

  it('skips bytes that it has', async () => {
    const bytes = someBytes(2 * QUANTUM);
    await put(bytes.subarray(0, QUANTUM), `bytes 0-${QUANTUM - 1}/*`);
    const answer = await put(bytes.subarray(1000), `bytes 1000-${bytes.length - 1}/${bytes.length}`);
    expect(answer.status).toBe(200);
    expect((await gcs.bucket.file('object').download())[0].equals(bytes)).toBe(true);
  });

  it('refuses a gap, a chunk that is too small, and one of another length than it says', async () => {
    const gap = await put(someBytes(QUANTUM), `bytes ${QUANTUM}-${2 * QUANTUM - 1}/*`);
    expect([gap.status, await gap.text()]).toEqual([503, expect.stringContaining('upload offset is 262144')]);
    const small = await put(someBytes(1000), 'bytes 0-999/*');
    expect([small.status, await small.text()]).toEqual([
      400,
      expect.stringContaining('contained 1000 bytes'),
    ]);
    expect((await put(someBytes(10), 'bytes 0-99/100')).status).toBe(400);
    expect((await put(someBytes(10), 'bytes nonsense')).status).toBe(400);
    expect((await state()).headers.get('range')).toBeNull();
  });

  it('tells the object again to a client that did not hear of it', async () => {
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { loseAnswer: true } });
    await expect(put(Buffer.from('once'))).rejects.toThrow();
    const answer = await state();
    expect(answer.status).toBe(200);
    const { generation } = (await answer.json()) as { generation: string };
    expect((await gcs.bucket.file('object').getMetadata())[0].generation).toBe(generation);
  });

  it('gives way to a client that comes again while an earlier request hangs', async () => {
    gcs.server.faults.failNext({ operation: 'uploads.put', fault: { stall: QUANTUM + 1 } });
    const hanging = put(someBytes(3 * QUANTUM)).catch(() => 'broken');
    while (gcs.server.faults.pending > 0) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const answer = await state();
    expect([answer.status, answer.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
    await expect(hanging).resolves.toBe('broken');
  });

  it('can be given up', async () => {
    const cancelled = await fetch(address, { method: 'DELETE' });
    expect(cancelled.status).toBe(499);
    expect((await put(Buffer.from('late'))).status).toBe(404);
    const id = new URL(address).searchParams.get('upload_id')!;
    expect((await readdir(join(gcs.folder, 'uploads'))).filter((file) => file.includes(id))).toEqual([]);
  });

  it('checks the size that was declared', async () => {
    const url = `${gcs.server.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=declared`;
    const started = await fetch(url, { method: 'POST', headers: { 'x-upload-content-length': '10' } });
    const location = started.headers.get('location')!;
    expect((await fetch(location, { method: 'PUT', body: 'too short' })).status).toBe(400);
    expect((await fetch(location, { method: 'PUT', body: 'just right' })).status).toBe(200);
  });

  it('checks its precondition at the end too', async () => {
    const options = { preconditionOpts: { ifGenerationMatch: 0 } };
    const [location] = await gcs.bucket.file('late').createResumableUpload(options);
    await gcs.bucket.file('late').save('earlier', { resumable: false });
    expect((await fetch(location, { method: 'PUT', body: 'later' })).status).toBe(412);
    expect((await gcs.bucket.file('late').download())[0].toString()).toBe('earlier');
  });
});
