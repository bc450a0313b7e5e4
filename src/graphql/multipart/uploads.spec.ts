import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIELDS, MultipartClient, answered, form, raw } from '../testing/multipart-client.ts';
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
  const files = await server.spooled();
  if (files.length > 0) throw new Error(`Left in the spool: ${files.join()}`);
  const errors = server.logged().filter(({ level, message }) => level === 'error' && message !== 'request');
  if (errors.length > 0) throw new Error(`Logged: ${JSON.stringify(errors)}`);
});

/** A request without a length, of which the service has the headers and nothing else. */
async function begun() {
  const came = once(server.app.getHttpServer(), 'request');
  const req = client.begin({ 'Transfer-Encoding': 'chunked' });
  await came;
  return req;
}

describe('before it is read, a multipart request', () => {
  it.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty one', { 'Apollo-Require-Preflight': '' }],
    ['another one', { 'X-Requested-With': 'XMLHttpRequest' }],
  ])('is refused with %s that a page elsewhere could not send', async (_, headers) => {
    const refused = await client.post(form([50_000]), headers);
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(refused.message).toContain('apollo-require-preflight, x-apollo-operation-name');
  });

  it('is taken with either header', async () => {
    expect(await client.post(form([1]), { 'X-Apollo-Operation-Name': 'Upload' })).toMatchObject({
      status: 200,
    });
  });

  it('is refused, with nothing spooled, while its body is still to come', async () => {
    const req = client.begin({ 'Apollo-Require-Preflight': '', 'Content-Length': 1_000_000 });
    expect(await answered(req)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await readdir(server.spool)).toEqual([]);
    req.destroy();
  });

  it('is refused where it announces more than there may be', async () => {
    for (const length of [20 * MAX_FILE_BYTES + 3 * 1024 ** 2, Number.MAX_SAFE_INTEGER]) {
      const req = client.begin({ 'Content-Length': length });
      expect(await answered(req)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
      req.destroy();
    }
  });

  it('waits while others bring too much, and is refused when that lasts', async () => {
    // Without a length it counts as the largest request: two of them are more than 5 MB.
    const first = await begun();
    const second = client.begin({ 'Transfer-Encoding': 'chunked' });
    const refused = await answered(second);
    expect(refused).toMatchObject({ status: 503, code: 'UNAVAILABLE', headers: { 'retry-after': '10' } });
    second.destroy();
    const third = await begun();
    third.end(raw([...FIELDS, ['0', 'third', 'a.jpg']]));
    first.destroy();
    expect(await answered(third)).toMatchObject({ status: 200, upload: [{ sizeBytes: 5 }] });
  });
});

describe('a client that goes away', () => {
  const beginning = raw([...FIELDS, ['0', 'x'.repeat(70_000), 'a.jpg']], '').slice(0, -2);

  it.each([
    ['in a file that is read', beginning],
    ['in a file that nobody reads', beginning.replace('"files":[null]', '"files":[null],"unread":true')],
    ['before the files', raw(FIELDS, '')],
    ['in the operations', '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"qu'],
    ['at once', ''],
  ])('%s leaves nothing behind and the service up', async (_, body) => {
    const req = client.begin({ 'Content-Length': 150_000 });
    if (body) req.write(body);
    await sleep(50);
    req.destroy();
    await sleep(20);
    expect(await server.spooled()).toEqual([]);
    expect(await client.post(form([3]))).toMatchObject({ status: 200, upload: [{ sizeBytes: 3 }] });
  });

  it('while it waits for room leaves its place', async () => {
    const first = await begun();
    const waiting = await begun();
    waiting.destroy();
    await sleep(20);
    first.destroy();
    expect(await client.post(form([3]))).toMatchObject({ status: 200 });
  });
});

describe('a body without end', () => {
  it('is cut off where it is larger than a request may be', async () => {
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
