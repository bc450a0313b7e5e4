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

describe('a worker', () => {
  it('that is killed has its job repeated once and does not affect other jobs', async () => {
    const { pool, warnings } = pools.open();
    const path = await pools.blockingFile();
    const job = pool.process(path);
    const victim = await busyPid(pool);
    const otherJobs = Promise.all(Array.from({ length: 5 }, () => pool.process(pools.photo)));
    await promisify(execFile)('cp', [pools.photo, `${path}-whole`]);
    await rename(`${path}-whole`, path);
    process.kill(victim, 'SIGKILL');
    await expect(job).resolves.toMatchObject({ width: 640 });
    await expect(otherJobs).resolves.toHaveLength(5);
    expect(pool.workers.map(({ pid }) => pid)).not.toContain(victim);
    expect(warnings).toEqual([expect.stringContaining('SIGKILL')]);
  });

  it('that dies twice with the same file makes it INVALID_IMAGE', async () => {
    const { pool, warnings } = pools.open();
    const job = Promise.allSettled([pool.process(await pools.blockingFile())]);
    const first = await busyPid(pool);
    process.kill(first, 'SIGKILL');
    const second = await busyPid(pool, first);
    process.kill(second, 'SIGSEGV');
    const [outcome] = await job;
    expect(outcome).toMatchObject({ reason: { name: 'ImageRefusedError', code: 'INVALID_IMAGE' } });
    expect(warnings).toHaveLength(2);
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
  });

  it('that hangs makes the file INVALID_IMAGE after the time limit, and the next file succeeds', async () => {
    const { pool } = pools.open({ size: 1, jobTimeoutMs: 8000 });
    await pool.warm();
    const [hung] = pool.workers;
    const job = pool.process(await pools.blockingFile());
    const next = pool.process(pools.photo);
    await expect(job).rejects.toMatchObject({ name: 'ImageRefusedError', code: 'INVALID_IMAGE' });
    await expect(next).resolves.toMatchObject({ width: 640 });
    expect(isRunning(hung?.pid ?? 0)).toBe(false);
  });

  it('that is suspended by SIGSTOP is treated like one that hangs', async () => {
    const { pool } = pools.open({ size: 1, jobTimeoutMs: 8000 });
    await pool.warm();
    process.kill(pool.workers[0]?.pid ?? 0, 'SIGSTOP');
    await expect(pool.process(pools.photo)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
  });

  // An interlaced PNG is decoded as a whole, which takes 147 MB here.
  it('that needs too much memory makes the file IMAGE_TOO_LARGE, and the next file succeeds', async () => {
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
