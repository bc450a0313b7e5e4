import { setTimeout as sleep } from 'node:timers/promises';
import { InflightBytes } from './inflight-bytes.ts';

/** Records the names of the requests in the order in which they are admitted. */
function queue(inflight: InflightBytes) {
  const admitted: string[] = [];
  const releases = new Map<string, () => void>();
  return {
    admitted,
    request: async (name: string, bytes: number, signal?: AbortSignal) => {
      releases.set(name, await inflight.acquire(bytes, signal));
      admitted.push(name);
    },
    release: async (name: string) => {
      releases.get(name)?.();
      await sleep(0);
    },
  };
}

describe('InflightBytes', () => {
  it('admits requests while their total is within the limit', async () => {
    const { request, admitted, release } = queue(new InflightBytes(10));
    await request('a', 6);
    await request('b', 4);
    const c = request('c', 1);
    await sleep(0);
    expect(admitted).toEqual(['a', 'b']);
    await release('b');
    await c;
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  it('preserves the order: a small request does not overtake a large one', async () => {
    const { request, admitted, release } = queue(new InflightBytes(10));
    await request('a', 6);
    const waiting = [request('large', 9), request('small', 1)];
    await sleep(0);
    expect(admitted).toEqual(['a']);
    await release('a');
    await Promise.all(waiting);
    expect(admitted).toEqual(['a', 'large', 'small']);
  });

  it('limits a user with several requests to half of the total, and admits other users first', async () => {
    const inflight = new InflightBytes(10);
    const admitted: string[] = [];
    const request = async (name: string, bytes: number, userId: string) => {
      const release = await inflight.acquire(bytes, undefined, userId);
      admitted.push(name);
      return release;
    };
    const first = await request('ada 1', 4, 'ada');
    const second = request('ada 2', 3, 'ada');
    await request('eve 1', 4, 'eve');
    expect(admitted).toEqual(['ada 1', 'eve 1']);
    first();
    await second;
    expect(admitted).toEqual(['ada 1', 'eve 1', 'ada 2']);
  });

  it('admits a single request of a user up to the total', async () => {
    await new InflightBytes(10).acquire(10, undefined, 'ada');
  });

  it('releases bytes only once, even if release is called again', async () => {
    const inflight = new InflightBytes(10, { waitMs: 20 });
    const release = await inflight.acquire(10);
    release();
    release();
    await inflight.acquire(10);
    await expect(inflight.acquire(1)).rejects.toThrow('try again');
  });

  it('rejects a request larger than the total immediately', async () => {
    await expect(new InflightBytes(10).acquire(11)).rejects.toMatchObject({
      extensions: { code: 'PAYLOAD_TOO_LARGE' },
    });
  });

  it('rejects a request that has waited too long, with a time for the retry', async () => {
    const inflight = new InflightBytes(10, { waitMs: 20 });
    await inflight.acquire(10);
    await expect(inflight.acquire(1)).rejects.toMatchObject({
      extensions: { code: 'UNAVAILABLE' },
      details: { retryAfterSeconds: 10 },
    });
  });

  it('rejects a request if too many are waiting', async () => {
    const inflight = new InflightBytes(10, { maxWaiting: 1, waitMs: 400 });
    await inflight.acquire(10);
    const rejected: string[] = [];
    const first = inflight.acquire(1).catch(() => rejected.push('first'));
    await expect(inflight.acquire(1)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    rejected.push('second');
    await first;
    expect(rejected).toEqual(['second', 'first']);
  });

  it('drops a request whose client disconnects, and admits the next one', async () => {
    const { request, admitted } = queue(new InflightBytes(10));
    const client = new AbortController();
    await request('a', 6);
    const disconnected = request('disconnected', 9, client.signal);
    const next = request('next', 4);
    client.abort(new Error('client disconnected'));
    await expect(disconnected).rejects.toThrow('client disconnected');
    await next;
    expect(admitted).toEqual(['a', 'next']);
    await expect(request('late', 1, client.signal)).rejects.toThrow('client disconnected');
  });
});
