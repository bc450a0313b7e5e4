import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { ImageProcessorUnavailableError } from './image.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

const MIB = 1024 ** 2;

let folder: string;
let photo: string;
const pools: WorkerPool[] = [];
/** What a failing test would leave behind. */
const orphans: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-pool-'));
  photo = await save(sharp({ create: { width: 640, height: 480, channels: 3, background: 'teal' } }).jpeg());
});
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));
afterAll(async () => {
  for (const pid of orphans.filter(isRunning)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true });
});

async function save(image: Sharp): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, await image.toBuffer());
  return path;
}

/** A file whose opening waits for ever: what reads it hangs, and uses no time of the processor. */
async function endless(): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await promisify(execFile)('mkfifo', [path]);
  return path;
}

function open(options: Partial<WorkerPoolOptions> = {}): { pool: WorkerPool; warnings: string[] } {
  const warnings: string[] = [];
  const pool = new WorkerPool({
    size: 2,
    maxPixels: 256_000_000,
    maxRssBytes: 1536 * MIB,
    startTimeoutMs: 20_000,
    jobTimeoutMs: 20_000,
    idleMs: 60_000,
    warn: (message) => warnings.push(message),
    ...options,
  });
  pools.push(pool);
  return { pool, warnings };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    if (waited > 10_000) throw new Error('It has not come to pass in ten seconds.');
    await sleep(20);
  }
}

/** The process of the only job under way. */
async function busyPid(pool: WorkerPool, other?: number): Promise<number> {
  const busy = () => pool.workers.find(({ isBusy, pid }) => isBusy && pid !== other)?.pid;
  await until(() => busy() !== undefined);
  // Time to be in the middle of it.
  await sleep(50);
  return busy() ?? 0;
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a job', () => {
  it('goes to a worker and comes back whole', async () => {
    const { pool } = open();
    const image = await pool.process(photo);
    expect(image).toMatchObject({ width: 640, height: 480, format: { extension: 'jpg' } });
    expect(Buffer.isBuffer(image.thumbnail.bytes)).toBe(true);
    await expect(sharp(image.preview.bytes).metadata()).resolves.toMatchObject({
      width: 640,
      format: 'jpeg',
    });
  });

  it('may be of any format: the loaders that a worker needs are open to it', async () => {
    const { pool } = open({ size: 1 });
    const encoded = {
      png: sharp(photo).png(),
      webp: sharp(photo).webp(),
      gif: sharp(photo).gif(),
      tif: sharp(photo).tiff(),
      avif: sharp(photo).resize(64).avif({ effort: 0 }),
    };
    for (const [extension, image] of Object.entries(encoded)) {
      await expect(pool.process(await save(image))).resolves.toMatchObject({ format: { extension } });
    }
  });

  it('may be named by a path from where the server stands', async () => {
    const { pool } = open();
    await expect(pool.process(relative(process.cwd(), photo))).resolves.toMatchObject({ width: 640 });
  });

  it('may be a HEIC, with its Date as a Date', async () => {
    const { pool } = open();
    const image = await pool.process(join(import.meta.dirname, 'fixtures', 'phone.heic'));
    expect(image.capture.clock?.local).toEqual(new Date('2024-05-01T09:30:00.250Z'));
  });

  it('is refused with what the worker says, and the worker stays', async () => {
    const { pool, warnings } = open({ maxPixels: 1000 });
    await expect(pool.process(photo)).rejects.toMatchObject({
      name: 'ImageRefusedError',
      code: 'IMAGE_TOO_LARGE',
    });
    const [before] = pool.workers;
    await expect(pool.process(import.meta.filename)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    expect(pool.workers).toEqual([before]);
    expect(warnings).toEqual([]);
  });

  it('is no refusal where the file is not there', async () => {
    const { pool } = open();
    const error: unknown = await pool.process(join(folder, 'nothing')).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('ENOENT') });
  });

  it('waits its turn where all workers are busy', async () => {
    const { pool } = open();
    const images = await Promise.all(Array.from({ length: 12 }, () => pool.process(photo)));
    expect(images.map(({ width }) => width)).toEqual(Array.from({ length: 12 }, () => 640));
    expect(pool.workers).toHaveLength(2);
  });
});

describe('a bad end costs one file', () => {
  it('a killed worker: its job runs once more, and the neighbour never notices', async () => {
    const { pool, warnings } = open();
    const path = await endless();
    const job = pool.process(path);
    const victim = await busyPid(pool);
    const neighbours = Promise.all(Array.from({ length: 5 }, () => pool.process(photo)));
    await promisify(execFile)('cp', [photo, `${path}-whole`]);
    await rename(`${path}-whole`, path);
    process.kill(victim, 'SIGKILL');
    await expect(job).resolves.toMatchObject({ width: 640 });
    await expect(neighbours).resolves.toHaveLength(5);
    expect(pool.workers.map(({ pid }) => pid)).not.toContain(victim);
    expect(warnings).toEqual([expect.stringContaining('SIGKILL')]);
  });

  it('a worker that dies twice of one file: INVALID_IMAGE', async () => {
    const { pool, warnings } = open();
    const job = Promise.allSettled([pool.process(await endless())]);
    const first = await busyPid(pool);
    process.kill(first, 'SIGKILL');
    const second = await busyPid(pool, first);
    process.kill(second, 'SIGSEGV');
    const [outcome] = await job;
    expect(outcome).toMatchObject({ reason: { name: 'ImageRefusedError', code: 'INVALID_IMAGE' } });
    expect(warnings).toHaveLength(2);
    await expect(pool.process(photo)).resolves.toMatchObject({ width: 640 });
  });

  it('a hang: INVALID_IMAGE in its time, and the next file is well', async () => {
    const { pool } = open({ size: 1, jobTimeoutMs: 300 });
    await pool.warm();
    const [hung] = pool.workers;
    const begun = performance.now();
    const job = pool.process(await endless());
    const next = pool.process(photo);
    await expect(job).rejects.toMatchObject({ name: 'ImageRefusedError', code: 'INVALID_IMAGE' });
    expect(performance.now() - begun).toBeLessThan(2000);
    await expect(next).resolves.toMatchObject({ width: 640 });
    expect(isRunning(hung?.pid ?? 0)).toBe(false);
  });

  it('a worker that is stopped dead hangs as well', async () => {
    const { pool } = open({ size: 1, jobTimeoutMs: 300 });
    await pool.warm();
    process.kill(pool.workers[0]?.pid ?? 0, 'SIGSTOP');
    await expect(pool.process(photo)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    await expect(pool.process(photo)).resolves.toMatchObject({ width: 640 });
  });

  // An interlaced PNG stands in memory whole: 147 MB of it.
  it('too much memory: IMAGE_TOO_LARGE, and the next file is well', async () => {
    const { pool, warnings } = open({ size: 1, maxRssBytes: 140 * MIB });
    const large = { width: 7000, height: 7000, channels: 3, background: 'teal' } as const;
    const path = await save(sharp({ create: large }).png({ progressive: true, compressionLevel: 1 }));
    await expect(pool.process(path)).rejects.toMatchObject({
      name: 'ImageRefusedError',
      code: 'IMAGE_TOO_LARGE',
    });
    await expect(pool.process(photo)).resolves.toMatchObject({ width: 640 });
    expect(warnings).toHaveLength(1);
  });
});

describe('workers', () => {
  it('come as they are needed, and go when they idle, but for one', async () => {
    const { pool } = open({ size: 3, idleMs: 1000 });
    expect(pool.workers).toEqual([]);
    await pool.warm();
    expect(pool.workers).toHaveLength(1);
    await Promise.all([1, 2, 3].map(() => pool.process(photo)));
    expect(pool.workers).toHaveLength(3);
    await until(() => pool.workers.length === 1);
    await sleep(1100);
    expect(pool.workers).toHaveLength(1);
    await expect(pool.process(photo)).resolves.toMatchObject({ width: 640 });
  });

  it('ignore the signals that ask to stop', async () => {
    const { pool } = open({ size: 1 });
    await pool.warm();
    const [{ pid = 0 } = {}] = pool.workers;
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGINT');
    await sleep(100);
    await expect(pool.process(photo)).resolves.toMatchObject({ width: 640 });
    expect(pool.workers.map((worker) => worker.pid)).toEqual([pid]);
  });

  it('that do not start are ImageProcessorUnavailableError', async () => {
    const { pool, warnings } = open({ startTimeoutMs: 1 });
    for (const outcome of await Promise.allSettled([pool.process(photo), pool.ping(), pool.warm()])) {
      expect(outcome).toMatchObject({ reason: expect.any(ImageProcessorUnavailableError) });
    }
    expect(warnings[0]).toContain('1 ms');
    expect(pool.workers.every(({ isBusy }) => !isBusy)).toBe(true);
  });
});

describe('a ping', () => {
  it('starts a worker where there is none', async () => {
    const { pool } = open();
    await pool.ping();
    expect(pool.workers).toHaveLength(1);
  });

  it('is answered at once while all workers are busy with long jobs', async () => {
    const { pool } = open({ jobTimeoutMs: 3000 });
    const jobs = [pool.process(await endless()), pool.process(await endless())];
    const ended = Promise.allSettled(jobs);
    await until(() => pool.workers.filter(({ isBusy }) => isBusy).length === 2);
    const begun = performance.now();
    await pool.ping();
    expect(performance.now() - begun).toBeLessThan(100);
    await pool.close();
    await ended;
  });
});

describe('the end', () => {
  it('is the end of every worker; what runs and what waits is refused for now', async () => {
    const { pool, warnings } = open({ size: 1 });
    const jobs = [pool.process(await endless()), pool.process(photo)];
    const ended = Promise.allSettled(jobs);
    const pid = await busyPid(pool);
    await pool.close();
    for (const outcome of await ended) {
      expect(outcome).toMatchObject({ reason: expect.any(ImageProcessorUnavailableError) });
    }
    expect(isRunning(pid)).toBe(false);
    expect(pool.workers).toEqual([]);
    await expect(pool.process(photo)).rejects.toThrow(ImageProcessorUnavailableError);
    await expect(pool.ping()).rejects.toThrow(ImageProcessorUnavailableError);
    expect(warnings).toEqual([]);
    await pool.close();
  });

  it('comes with the parent, though it was killed in the middle of jobs', async () => {
    const script = `
      import { WorkerPool } from ${JSON.stringify(import.meta.resolve('./worker-pool.ts'))};
      const pool = new WorkerPool({ size: 2, maxPixels: 1e6, maxRssBytes: 2e9, startTimeoutMs: 2e4, jobTimeoutMs: 6e4,
        idleMs: 6e4, warn() {} });
      const path = process.argv[1];
      const hang = () => { pool.process(path).catch(() => {}); };
      await pool.warm();
      hang(); hang();
      while (pool.workers.filter(({ isBusy }) => isBusy).length < 2) await new Promise((next) => setTimeout(next, 20));
      console.log(JSON.stringify(pool.workers.map(({ pid }) => pid)));
    `;
    const parent = execFile(process.execPath, ['--input-type=module', '-e', script, await endless()]);
    const pids = await new Promise<number[]>((given) => {
      parent.stdout?.once('data', (line: string) => given(JSON.parse(line)));
    });
    orphans.push(...pids);
    expect(pids.map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until(() => !pids.some(isRunning));
  });

  it('comes with the parent, though a decoder is in an endless loop', async () => {
    const child = join(folder, 'child.mts');
    await writeFile(
      child,
      `import { endWithParent } from ${JSON.stringify(import.meta.resolve('./parent-watch.ts'))};
       endWithParent();
       process.send(process.pid, () => { for (;;); });`,
    );
    const script = `
      import { fork } from 'node:child_process';
      fork(process.argv[1], { execArgv: [] }).on('message', (pid) => console.log(pid));
    `;
    const parent = execFile(process.execPath, ['--input-type=module', '-e', script, child]);
    const pid = await new Promise<number>((given) => {
      parent.stdout?.once('data', (line: string) => given(Number(line)));
    });
    orphans.push(pid);
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });
});
