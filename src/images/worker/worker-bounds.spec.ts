import { MIB } from '../../config/units.ts';
import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { busyPid, isRunning, WorkerPools } from '../testing/worker-pools.ts';

let pools: WorkerPools;
beforeAll(async () => {
  pools = await WorkerPools.create();
});
afterEach(() => pools.close());
afterAll(() => pools.remove());

describe('a bad end costs one file', () => {
  it('a killed worker: its job runs once more, and the neighbour never notices', async () => {
    const { pool, warnings } = pools.open();
    const path = await pools.endless();
    const job = pool.process(path);
    const victim = await busyPid(pool);
    const neighbours = Promise.all(Array.from({ length: 5 }, () => pool.process(pools.photo)));
    await promisify(execFile)('cp', [pools.photo, `${path}-whole`]);
    await rename(`${path}-whole`, path);
    process.kill(victim, 'SIGKILL');
    await expect(job).resolves.toMatchObject({ width: 640 });
    await expect(neighbours).resolves.toHaveLength(5);
    expect(pool.workers.map(({ pid }) => pid)).not.toContain(victim);
    expect(warnings).toEqual([expect.stringContaining('SIGKILL')]);
  });

  it('a worker that dies twice of one file: INVALID_IMAGE', async () => {
    const { pool, warnings } = pools.open();
    const job = Promise.allSettled([pool.process(await pools.endless())]);
    const first = await busyPid(pool);
    process.kill(first, 'SIGKILL');
    const second = await busyPid(pool, first);
    process.kill(second, 'SIGSEGV');
    const [outcome] = await job;
    expect(outcome).toMatchObject({ reason: { name: 'ImageRefusedError', code: 'INVALID_IMAGE' } });
    expect(warnings).toHaveLength(2);
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
  });

  it('a hang: INVALID_IMAGE in its time, and the next file is well', async () => {
    const { pool } = pools.open({ size: 1, jobTimeoutMs: 8000 });
    await pool.warm();
    const [hung] = pool.workers;
    const job = pool.process(await pools.endless());
    const next = pool.process(pools.photo);
    await expect(job).rejects.toMatchObject({ name: 'ImageRefusedError', code: 'INVALID_IMAGE' });
    await expect(next).resolves.toMatchObject({ width: 640 });
    expect(isRunning(hung?.pid ?? 0)).toBe(false);
  });

  it('a worker that is stopped dead hangs as well', async () => {
    const { pool } = pools.open({ size: 1, jobTimeoutMs: 8000 });
    await pool.warm();
    process.kill(pool.workers[0]?.pid ?? 0, 'SIGSTOP');
    await expect(pool.process(pools.photo)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
  });

  // An interlaced PNG stands in memory whole: 147 MB of it.
  it('too much memory: IMAGE_TOO_LARGE, and the next file is well', async () => {
    const { pool, warnings } = pools.open({ size: 1, maxRssBytes: 140 * MIB });
    const large = { width: 7000, height: 7000, channels: 3, background: 'teal' } as const;
    const path = await pools.save(sharp({ create: large }).png({ progressive: true, compressionLevel: 1 }));
    await expect(pool.process(path)).rejects.toMatchObject({
      name: 'ImageRefusedError',
      code: 'IMAGE_TOO_LARGE',
    });
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
    expect(warnings).toHaveLength(1);
  });
});
