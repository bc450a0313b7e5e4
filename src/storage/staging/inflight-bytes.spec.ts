import { setTimeout as sleep } from 'node:timers/promises';
import { InflightBytes } from './inflight-bytes.ts';

/** The names of those that were let in, in that order. */
function queue(inflight: InflightBytes) {
  const admitted: string[] = [];
  const releases = new Map<string, () => void>();
  return {
    admitted,
    ask: async (name: string, bytes: number, signal?: AbortSignal) => {
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
  it('lets requests in as long as they fit together', async () => {
    const { ask, admitted, release } = queue(new InflightBytes(10));
    await ask('a', 6);
    await ask('b', 4);
    const c = ask('c', 1);
    await sleep(0);
    expect(admitted).toEqual(['a', 'b']);
    await release('b');
    await c;
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  it('keeps the order: a small one does not pass a large one that waits', async () => {
    const { ask, admitted, release } = queue(new InflightBytes(10));
    await ask('a', 6);
    const waiting = [ask('large', 9), ask('small', 1)];
    await sleep(0);
    expect(admitted).toEqual(['a']);
    await release('a');
    await Promise.all(waiting);
    expect(admitted).toEqual(['a', 'large', 'small']);
  });

  it('gives a person who holds something no more than half, and lets others by', async () => {
    const inflight = new InflightBytes(10);
    const admitted: string[] = [];
    const ask = async (name: string, bytes: number, person: string) => {
      const release = await inflight.acquire(bytes, undefined, person);
      admitted.push(name);
      return release;
    };
    const first = await ask('ada 1', 4, 'ada');
    const second = ask('ada 2', 3, 'ada');
    await ask('eve 1', 4, 'eve');
    expect(admitted).toEqual(['ada 1', 'eve 1']);
    first();
    await second;
    expect(admitted).toEqual(['ada 1', 'eve 1', 'ada 2']);
  });

  it('gives a person alone all of it for one request', async () => {
    await new InflightBytes(10).acquire(10, undefined, 'ada');
  });

  it('gives room back once, however often it is released', async () => {
    const inflight = new InflightBytes(10, { waitMs: 20 });
    const release = await inflight.acquire(10);
    release();
    release();
    await inflight.acquire(10);
    await expect(inflight.acquire(1)).rejects.toThrow('try again');
  });

  it('refuses what never fits, at once', async () => {
    await expect(new InflightBytes(10).acquire(11)).rejects.toMatchObject({
      extensions: { code: 'PAYLOAD_TOO_LARGE' },
    });
  });

  it('refuses who waited too long, and says when to come again', async () => {
    const inflight = new InflightBytes(10, { waitMs: 20 });
    await inflight.acquire(10);
    await expect(inflight.acquire(1)).rejects.toMatchObject({
      extensions: { code: 'UNAVAILABLE' },
      details: { retryAfterSeconds: 10 },
    });
  });

  it('refuses who would wait behind too many', async () => {
    const inflight = new InflightBytes(10, { maxWaiting: 1, waitMs: 400 });
    await inflight.acquire(10);
    const told: string[] = [];
    const first = inflight.acquire(1).catch(() => told.push('who waited'));
    await expect(inflight.acquire(1)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    told.push('who would wait behind');
    await first;
    expect(told).toEqual(['who would wait behind', 'who waited']);
  });

  it('forgets who went away, and lets in who waited behind', async () => {
    const { ask, admitted } = queue(new InflightBytes(10));
    const client = new AbortController();
    await ask('a', 6);
    const gone = ask('gone', 9, client.signal);
    const behind = ask('behind', 4);
    client.abort(new Error('went away'));
    await expect(gone).rejects.toThrow('went away');
    await behind;
    expect(admitted).toEqual(['a', 'behind']);
    await expect(ask('late', 1, client.signal)).rejects.toThrow('went away');
  });
});
