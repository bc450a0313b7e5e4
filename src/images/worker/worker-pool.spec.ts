import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { ImageProcessorUnavailableError } from '../image.ts';
import { busyPid, isRunning, until, WorkerPools } from '../testing/worker-pools.ts';

let pools: WorkerPools;
beforeAll(async () => {
  pools = await WorkerPools.create();
});
afterEach(() => pools.close());
afterAll(() => pools.remove());

describe('a job', () => {
  it('is run by a worker and returns the complete result', async () => {
    const { pool } = pools.open();
    const image = await pool.process(pools.photo);
    expect(image).toMatchObject({ width: 640, height: 480, format: { extension: 'jpg' } });
    expect(Buffer.isBuffer(image.thumbnail.bytes)).toBe(true);
    await expect(sharp(image.preview.bytes).metadata()).resolves.toMatchObject({
      width: 640,
      format: 'jpeg',
    });
  });

  it('may have any format, because a worker enables all required loaders', async () => {
    const { pool } = pools.open({ size: 1 });
    const encoded = {
      png: sharp(pools.photo).png(),
      webp: sharp(pools.photo).webp(),
      gif: sharp(pools.photo).gif(),
      tif: sharp(pools.photo).tiff(),
      avif: sharp(pools.photo).resize(64).avif({ effort: 0 }),
    };
    for (const [extension, image] of Object.entries(encoded)) {
      await expect(pool.process(await pools.save(image))).resolves.toMatchObject({ format: { extension } });
    }
  });

  it('may have a path relative to the working directory of the server', async () => {
    const { pool } = pools.open();
    await expect(pool.process(relative(process.cwd(), pools.photo))).resolves.toMatchObject({ width: 640 });
  });

  it('may be a HEIC, whose capture time arrives as a Date', async () => {
    const { pool } = pools.open();
    const image = await pool.process(join(import.meta.dirname, '../fixtures', 'phone.heic'));
    expect(image.capture.clock?.local).toEqual(new Date('2024-05-01T09:30:00.250Z'));
  });

  it("rejects with the worker's refusal, and the worker continues to run", async () => {
    const { pool, warnings } = pools.open({ maxPixels: 1000 });
    await expect(pool.process(pools.photo)).rejects.toMatchObject({
      name: 'ImageRefusedError',
      code: 'IMAGE_TOO_LARGE',
    });
    const [before] = pool.workers;
    await expect(pool.process(import.meta.filename)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    expect(pool.workers).toEqual([before]);
    expect(warnings).toEqual([]);
  });

  it('rejects with an Error that is not a refusal if the file does not exist', async () => {
    const { pool } = pools.open();
    const error: unknown = await pool
      .process(join(pools.folder, 'nothing'))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('ENOENT') });
  });

  it('waits while all workers are busy', async () => {
    const { pool } = pools.open();
    const images = await Promise.all(Array.from({ length: 12 }, () => pool.process(pools.photo)));
    expect(images.map(({ width }) => width)).toEqual(Array.from({ length: 12 }, () => 640));
    expect(pool.workers).toHaveLength(2);
  });
});

describe('workers', () => {
  it('start on demand and end when idle, except for the last one', async () => {
    const { pool } = pools.open({ size: 3, idleMs: 500 });
    expect(pool.workers).toEqual([]);
    const files = await Promise.all([pools.blockingFile(), pools.blockingFile(), pools.blockingFile()]);
    const jobs = Promise.allSettled(files.map((file) => pool.process(file)));
    await until(() => pool.workers.filter(({ isBusy }) => isBusy).length === 3);
    // Unblocks the workers, which then read empty files.
    await Promise.all(files.map((file) => writeFile(file, '')));
    for (const { status } of await jobs) expect(status).toBe('rejected');
    await until(() => pool.workers.length === 1);
    await sleep(600);
    expect(pool.workers).toHaveLength(1);
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
  });

  it('ignore SIGTERM and SIGINT', async () => {
    const { pool } = pools.open({ size: 1 });
    await pool.warm();
    const [{ pid = 0 } = {}] = pool.workers;
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGINT');
    await sleep(100);
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
    expect(pool.workers.map((worker) => worker.pid)).toEqual([pid]);
  });

  it('that do not start in time cause an ImageProcessorUnavailableError', async () => {
    const { pool, warnings } = pools.open({ startTimeoutMs: 1 });
    for (const outcome of await Promise.allSettled([pool.process(pools.photo), pool.ping(), pool.warm()])) {
      expect(outcome).toMatchObject({ reason: expect.any(ImageProcessorUnavailableError) });
    }
    expect(warnings[0]).toContain('1 ms');
    expect(pool.workers.every(({ isBusy }) => !isBusy)).toBe(true);
  });
});

describe('a ping', () => {
  it('starts a worker if there is none', async () => {
    const { pool } = pools.open();
    await pool.ping();
    expect(pool.workers).toHaveLength(1);
  });

  it('resolves at once while all workers are busy with long jobs', async () => {
    const { pool } = pools.open();
    const jobs = [pool.process(await pools.blockingFile()), pool.process(await pools.blockingFile())];
    const ended = Promise.allSettled(jobs);
    await until(() => pool.workers.filter(({ isBusy }) => isBusy).length === 2);
    await pool.ping();
    expect(pool.workers.map(({ isBusy }) => isBusy)).toEqual([true, true]);
    await pool.close();
    await ended;
  });
});

describe('close', () => {
  it('ends every worker and rejects running and queued jobs as unavailable', async () => {
    const { pool, warnings } = pools.open({ size: 1 });
    const jobs = [pool.process(await pools.blockingFile()), pool.process(pools.photo)];
    const ended = Promise.allSettled(jobs);
    const pid = await busyPid(pool);
    await pool.close();
    for (const outcome of await ended) {
      expect(outcome).toMatchObject({ reason: expect.any(ImageProcessorUnavailableError) });
    }
    expect(isRunning(pid)).toBe(false);
    expect(pool.workers).toEqual([]);
    await expect(pool.process(pools.photo)).rejects.toThrow(ImageProcessorUnavailableError);
    await expect(pool.ping()).rejects.toThrow(ImageProcessorUnavailableError);
    expect(warnings).toEqual([]);
    await pool.close();
  });
});
