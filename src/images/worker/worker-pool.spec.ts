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
  it('goes to a worker and comes back whole', async () => {
    const { pool } = pools.open();
    const image = await pool.process(pools.photo);
    expect(image).toMatchObject({ width: 640, height: 480, format: { extension: 'jpg' } });
    expect(Buffer.isBuffer(image.thumbnail.bytes)).toBe(true);
    await expect(sharp(image.preview.bytes).metadata()).resolves.toMatchObject({
      width: 640,
      format: 'jpeg',
    });
  });

  it('may be of any format: the loaders that a worker needs are open to it', async () => {
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

  it('may be named by a path from where the server stands', async () => {
    const { pool } = pools.open();
    await expect(pool.process(relative(process.cwd(), pools.photo))).resolves.toMatchObject({ width: 640 });
  });

  it('may be a HEIC, with its Date as a Date', async () => {
    const { pool } = pools.open();
    const image = await pool.process(join(import.meta.dirname, '../fixtures', 'phone.heic'));
    expect(image.capture.clock?.local).toEqual(new Date('2024-05-01T09:30:00.250Z'));
  });

  it('is refused with what the worker says, and the worker stays', async () => {
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

  it('is no refusal where the file is not there', async () => {
    const { pool } = pools.open();
    const error: unknown = await pool
      .process(join(pools.folder, 'nothing'))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('ENOENT') });
  });

  it('waits its turn where all workers are busy', async () => {
    const { pool } = pools.open();
    const images = await Promise.all(Array.from({ length: 12 }, () => pool.process(pools.photo)));
    expect(images.map(({ width }) => width)).toEqual(Array.from({ length: 12 }, () => 640));
    expect(pool.workers).toHaveLength(2);
  });
});

describe('workers', () => {
  it('come as they are needed, and go when they idle, but for one', async () => {
    const { pool } = pools.open({ size: 3, idleMs: 500 });
    expect(pool.workers).toEqual([]);
    const files = await Promise.all([pools.endless(), pools.endless(), pools.endless()]);
    const jobs = Promise.allSettled(files.map((file) => pool.process(file)));
    await until(() => pool.workers.filter(({ isBusy }) => isBusy).length === 3);
    // Now they can be opened, and read they cannot be.
    await Promise.all(files.map((file) => writeFile(file, '')));
    for (const { status } of await jobs) expect(status).toBe('rejected');
    await until(() => pool.workers.length === 1);
    await sleep(600);
    expect(pool.workers).toHaveLength(1);
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
  });

  it('ignore the signals that ask to stop', async () => {
    const { pool } = pools.open({ size: 1 });
    await pool.warm();
    const [{ pid = 0 } = {}] = pool.workers;
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGINT');
    await sleep(100);
    await expect(pool.process(pools.photo)).resolves.toMatchObject({ width: 640 });
    expect(pool.workers.map((worker) => worker.pid)).toEqual([pid]);
  });

  it('that do not start are ImageProcessorUnavailableError', async () => {
    const { pool, warnings } = pools.open({ startTimeoutMs: 1 });
    for (const outcome of await Promise.allSettled([pool.process(pools.photo), pool.ping(), pool.warm()])) {
      expect(outcome).toMatchObject({ reason: expect.any(ImageProcessorUnavailableError) });
    }
    expect(warnings[0]).toContain('1 ms');
    expect(pool.workers.every(({ isBusy }) => !isBusy)).toBe(true);
  });
});

describe('a ping', () => {
  it('starts a worker where there is none', async () => {
    const { pool } = pools.open();
    await pool.ping();
    expect(pool.workers).toHaveLength(1);
  });

  it('is answered at once while all workers are busy with long jobs', async () => {
    const { pool } = pools.open();
    const jobs = [pool.process(await pools.endless()), pool.process(await pools.endless())];
    const ended = Promise.allSettled(jobs);
    await until(() => pool.workers.filter(({ isBusy }) => isBusy).length === 2);
    await pool.ping();
    expect(pool.workers.map(({ isBusy }) => isBusy)).toEqual([true, true]);
    await pool.close();
    await ended;
  });
});

describe('the end', () => {
  it('is the end of every worker; what runs and what waits is refused for now', async () => {
    const { pool, warnings } = pools.open({ size: 1 });
    const jobs = [pool.process(await pools.endless()), pool.process(pools.photo)];
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
