import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIELDS, MultipartClient, form, raw, responseTo } from '../testing/multipart-client.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

const MAX_FILE_BYTES = 100_000;

let server: TestServer;
let client: MultipartClient;

beforeAll(async () => {
  server = await startTestServer({
    config: { maxFileBytes: MAX_FILE_BYTES, maxInflightBytes: 5_000_000 },
    inflightWaitMs: 1_000,
  });
  client = new MultipartClient(server.url);
});
afterAll(() => server.close());
afterEach(async () => {
  const files = await server.stagedFiles();
  if (files.length > 0) throw new Error(`Staged files were not removed: ${files.join()}`);
  const errors = server.logged().filter(({ level, message }) => level === 'error' && message !== 'request');
  if (errors.length > 0) throw new Error(`Logged: ${JSON.stringify(errors)}`);
});

/** Sends the headers of a request without a length, and waits until the server has received them. */
async function beginChunked() {
  const received = once(server.app.getHttpServer(), 'request');
  const req = client.begin({ 'Transfer-Encoding': 'chunked' });
  await received;
  return req;
}

describe('before its body is read, a multipart request', () => {
  it.each<[string, Record<string, string>]>([
    ['no preflight header', {}],
    ['an empty preflight header', { 'Apollo-Require-Preflight': '' }],
    ['only another header', { 'X-Requested-With': 'XMLHttpRequest' }],
  ])('is rejected if it has %s', async (_, headers) => {
    const refused = await client.post(form([50_000]), headers);
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(refused.message).toContain('apollo-require-preflight, x-apollo-operation-name');
  });

  it('is accepted with the other preflight header', async () => {
    expect(await client.post(form([1]), { 'X-Apollo-Operation-Name': 'Upload' })).toMatchObject({
      status: 200,
    });
  });

  it('is rejected before its body arrives, and nothing is staged', async () => {
    const req = client.begin({ 'Apollo-Require-Preflight': '', 'Content-Length': 1_000_000 });
    expect(await responseTo(req)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await readdir(server.stagingDir)).toEqual([]);
    req.destroy();
  });

  it('is rejected if its Content-Length exceeds the limit', async () => {
    for (const length of [20 * MAX_FILE_BYTES + 3 * 1024 ** 2, Number.MAX_SAFE_INTEGER]) {
      const req = client.begin({ 'Content-Length': length });
      expect(await responseTo(req)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
      req.destroy();
    }
  });

  it('waits while other requests use up the limit of bytes in flight, and is rejected after the timeout', async () => {
    // A request without a length counts as the largest request. Two of these exceed 5 MB.
    const first = await beginChunked();
    const second = client.begin({ 'Transfer-Encoding': 'chunked' });
    const refused = await responseTo(second);
    expect(refused).toMatchObject({ status: 503, code: 'UNAVAILABLE', headers: { 'retry-after': '10' } });
    second.destroy();
    const third = await beginChunked();
    third.end(raw([...FIELDS, ['0', 'third', 'a.jpg']]));
    first.destroy();
    expect(await responseTo(third)).toMatchObject({ status: 200, upload: [{ sizeBytes: 5 }] });
  });
});

describe('a client that disconnects', () => {
  const beginning = raw([...FIELDS, ['0', 'x'.repeat(70_000), 'a.jpg']], '').slice(0, -2);

  it.each([
    ['during a file that the resolver reads', beginning],
    [
      'during a file that the resolver does not read',
      beginning.replace('"files":[null]', '"files":[null],"unread":true'),
    ],
    ['before the files', raw(FIELDS, '')],
    ['during the operations', '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"qu'],
    ['before sending a body', ''],
  ])('%s leaves no staged files, and the service continues', async (_, body) => {
    const req = client.begin({ 'Content-Length': 150_000 });
    if (body) req.write(body);
    await sleep(50);
    req.destroy();
    await sleep(20);
    expect(await server.stagedFiles()).toEqual([]);
    expect(await client.post(form([3]))).toMatchObject({ status: 200, upload: [{ sizeBytes: 3 }] });
  });

  it('while it waits for capacity leaves the queue', async () => {
    const first = await beginChunked();
    const waiting = await beginChunked();
    waiting.destroy();
    await sleep(20);
    first.destroy();
    expect(await client.post(form([3]))).toMatchObject({ status: 200 });
  });
});

describe('an endless body', () => {
  it('is cut off when it exceeds the maximum request size', async () => {
    const req = client.begin({ 'Transfer-Encoding': 'chunked' });
    req.write(raw(FIELDS, ''));
    const closed = new Promise((resolve) => req.once('close', resolve));
    const chunk = `--x\r\nContent-Disposition: form-data; name="y"; filename="y"\r\n\r\n${'y'.repeat(500_000)}\r\n`;
    let sent = 0;
    while (!req.destroyed && sent < 100_000_000) {
      sent += chunk.length;
      if (!req.write(chunk)) await Promise.race([once(req, 'drain').catch(() => undefined), closed]);
    }
    expect(sent).toBeLessThan(60_000_000);
    req.destroy();
  });
});
