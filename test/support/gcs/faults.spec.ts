import { setTimeout as sleep } from 'node:timers/promises';
import { IdempotencyStrategy } from '@google-cloud/storage';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

describe('faults', () => {
  let gcs: LocalGcs;
  beforeAll(async () => {
    gcs = await LocalGcs.start();
    await gcs.bucket.file('photo').save(someBytes(100_000), { resumable: false });
  });
  afterAll(() => gcs.close());
  beforeEach(() => {
    gcs.server.faults.clear();
    gcs.server.requests.clear();
  });

  const url = (name = 'photo') => `${gcs.server.url}/storage/v1/b/${BUCKET}/o/${name}`;
  const statuses = (operation: string) => gcs.server.requests.of(operation).map(({ status }) => status);

  it.each([
    [429, 'rateLimitExceeded'],
    [503, 'backendError'],
    [500, 'backendError'],
    [403, 'forbidden'],
    [404, 'notFound'],
  ])('respond with status %i and the reason %s', async (status, reason) => {
    gcs.server.faults.failNext({ fault: { status, retryAfter: 7 } });
    const response = await fetch(url());
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7']);
    await expect(response.json()).resolves.toMatchObject({ error: { code: status, errors: [{ reason }] } });
    expect((await fetch(url())).status).toBe(200);
  });

  it('are overcome by a client that retries', async () => {
    for (const status of [429, 503])
      gcs.server.faults.failNext({ operation: 'objects.get', fault: { status } });
    const file = gcs.client().bucket(BUCKET).file('photo');
    expect((await file.getMetadata())[0].size).toBe('100000');
    expect(statuses('objects.get')).toEqual([429, 503, 200]);
  });

  it('reach the caller after the last attempt of the client', async () => {
    gcs.server.faults.failNext({ operation: 'objects.get', fault: { status: 503 }, times: 10 });
    const client = gcs.client({ retryOptions: { autoRetry: true, maxRetries: 1, maxRetryDelay: 1 } });
    await expect(client.bucket(BUCKET).file('photo').getMetadata()).rejects.toMatchObject({ code: 503 });
    expect(gcs.server.faults.pending).toBe(8);
  });

  it('apply to the requests that match a rule, in the order of the rules', async () => {
    gcs.server.faults.failNext({
      method: 'get',
      path: /\/o\/pho/,
      operation: 'objects.get',
      fault: { status: 503 },
      times: 2,
    });
    gcs.server.faults.failNext({ path: `/storage/v1/b/${BUCKET}/o/photo`, fault: { status: 429 } });
    expect((await fetch(url('another'))).status).toBe(404);
    expect((await fetch(`${url()}?alt=media`)).status).toBe(429);
    expect((await fetch(url())).status).toBe(503);
    expect((await fetch(url())).status).toBe(503);
    expect((await fetch(url())).status).toBe(200);
    gcs.server.faults.failNext({ fault: { status: 503 } });
    gcs.server.faults.clear();
    expect((await fetch(url())).status).toBe(200);
  });

  it('do not apply to preflights unless a rule selects OPTIONS', async () => {
    const preflight = () => fetch(url(), { method: 'OPTIONS', headers: { origin: 'https://x.test' } });
    gcs.server.faults.failNext({ fault: { status: 503 } });
    expect((await preflight()).status).toBe(200);
    expect(gcs.server.faults.pending).toBe(1);
    gcs.server.faults.clear();
    gcs.server.faults.failNext({ method: 'OPTIONS', fault: { status: 503 } });
    expect((await preflight()).status).toBe(503);
  });

  it('reset the connection before or within a request body, so that nothing is stored', async () => {
    const insert = `${gcs.server.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=broken`;
    for (const reset of [0, 1, 50_000, 1_000_000]) {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { reset } });
      await expect(fetch(insert, { method: 'POST', body: someBytes(100_000) })).rejects.toThrow();
    }
    expect((await fetch(url('broken'))).status).toBe(404);
    expect(statuses('objects.insert')).toEqual([null, null, null, null]);
  });

  it('reset the connection after the given number of bytes of a response', async () => {
    for (const reset of [0, 10, 60_000, 100_000]) {
      gcs.server.faults.failNext({ operation: 'objects.media', fault: { reset } });
      let received = 0;
      const read = async () => {
        const response = await fetch(`${url()}?alt=media`);
        for await (const chunk of response.body!) received += chunk.length;
      };
      const broken = await read().then(
        () => false,
        () => true,
      );
      // A reset after the last byte does not make the body incomplete.
      expect(broken).toBe(reset < 100_000);
      expect(received).toBeLessThanOrEqual(reset);
    }
  });

  it('reset the connection of a request without a body', async () => {
    gcs.server.faults.failNext({ operation: 'objects.delete', fault: { reset: 0 } });
    await expect(fetch(url(), { method: 'DELETE' })).rejects.toThrow();
    gcs.server.faults.failNext({ operation: 'objects.get', fault: { reset: 0 } });
    await expect(fetch(url())).rejects.toThrow();
    expect((await fetch(url())).status).toBe(200);
  });

  it('execute a request and lose the response', async () => {
    gcs.server.faults.failNext({ operation: 'objects.insert', fault: { loseResponse: true } });
    const client = gcs.client({
      retryOptions: { maxRetryDelay: 1, idempotencyStrategy: IdempotencyStrategy.RetryAlways },
    });
    const saved = client
      .bucket(BUCKET)
      .file('lost')
      .save('kept', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
    // The second attempt finds the first one's object.
    await expect(saved).rejects.toMatchObject({ code: 412 });
    expect(await gcs.bucket.file('lost').exists()).toEqual([true]);
    expect(statuses('objects.insert')).toEqual([null, 412]);
  });

  it('stall until the client times out', async () => {
    for (const [operation, query] of [
      ['objects.media', '?alt=media'],
      ['objects.get', ''],
    ] as const) {
      gcs.server.faults.failNext({ operation, fault: { stall: 100 } });
      const read = async () =>
        (await fetch(url() + query, { signal: AbortSignal.timeout(150) })).arrayBuffer();
      await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
    }
    expect((await fetch(url())).status).toBe(200);
  });

  it('stall or delay for the given time, and then continue', async () => {
    for (const fault of [{ stall: 5000, ms: 120 }, { delay: 120 }]) {
      gcs.server.faults.failNext({ operation: 'objects.media', fault });
      const began = performance.now();
      const response = await fetch(`${url()}?alt=media`);
      expect(Buffer.from(await response.arrayBuffer()).equals(someBytes(100_000))).toBe(true);
      expect(performance.now() - began).toBeGreaterThan(110);
    }
  });

  it('stall until they are released', async () => {
    const { faults } = gcs.server;
    faults.failNext({ operation: 'objects.media', fault: { stall: 5000 }, times: 3 });
    const reading = Array.from({ length: 3 }, async () => (await fetch(`${url()}?alt=media`)).bytes());
    while (faults.stalled < 3) await sleep(5);
    faults.release();
    for (const bytes of await Promise.all(reading)) expect(someBytes(100_000).equals(bytes)).toBe(true);
    expect(faults.stalled).toBe(0);
  });

  it('send the bytes of a response one by one', async () => {
    gcs.server.faults.failNext({ operation: 'objects.media', fault: { trickle: 40 } });
    const response = await fetch(`${url()}?alt=media`);
    expect(response.headers.get('content-length')).toBe('100000');
    const reader = response.body!.getReader();
    let received = 0;
    for (let n = 0; n < 3; n++) received += (await reader.read()).value?.length ?? 0;
    expect(received).toBeLessThan(1_000);
    await reader.cancel();
  });

  it('stall an upload for the given time, and then complete it', async () => {
    const insert = `${gcs.server.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=stalled`;
    gcs.server.faults.failNext({ operation: 'objects.insert', fault: { stall: 5000, ms: 120 } });
    expect((await fetch(insert, { method: 'POST', body: someBytes(100_000) })).status).toBe(200);
    expect((await gcs.bucket.file('stalled').download())[0].equals(someBytes(100_000))).toBe(true);
  });

  it('do not keep the server from closing while they stall', async () => {
    const other = await LocalGcs.start();
    await other.bucket.file('x').save('x', { resumable: false });
    other.server.faults.failNext({ operation: 'objects.media', fault: { stall: 0 } });
    const hanging = fetch(`${other.server.url}/storage/v1/b/${BUCKET}/o/x?alt=media`).catch(() => 'closed');
    while (other.server.faults.pending > 0) await new Promise(setImmediate);
    await other.close();
    await expect(hanging).resolves.toBe('closed');
  });
});
