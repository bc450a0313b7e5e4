import { MIB } from '../../config/units.ts';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { WorkerPool, type WorkerPoolOptions } from '../worker/worker-pool.ts';

/** Opens worker pools for tests, and creates files for them in a temporary folder. */
export class WorkerPools {
  readonly folder: string;
  /** A JPEG of 640 x 480. */
  readonly photo: string;
  readonly #pools: WorkerPool[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.photo = join(folder, 'photo.jpg');
  }

  static async create(): Promise<WorkerPools> {
    const pools = new WorkerPools(await mkdtemp(join(tmpdir(), 'worker-pools-')));
    const teal = { create: { width: 640, height: 480, channels: 3, background: 'teal' } } as const;
    await sharp(teal).toFile(pools.photo);
    return pools;
  }

  open(options: Partial<WorkerPoolOptions> = {}): { pool: WorkerPool; warnings: string[] } {
    const warnings: string[] = [];
    const pool = new WorkerPool({
      size: 2,
      maxPixels: 256_000_000,
      maxRssBytes: 1536 * MIB,
      startTimeoutMs: 90_000,
      jobTimeoutMs: 90_000,
      idleMs: 60_000,
      warn: (message) => warnings.push(message),
      ...options,
    });
    this.#pools.push(pool);
    return { pool, warnings };
  }

  async save(image: Sharp): Promise<string> {
    const path = join(this.folder, crypto.randomUUID());
    await writeFile(path, await image.toBuffer());
    return path;
  }

  /** Creates a FIFO and returns its path. A process that opens it blocks forever without using CPU time. */
  async blockingFile(): Promise<string> {
    const path = join(this.folder, crypto.randomUUID());
    await promisify(execFile)('mkfifo', [path]);
    return path;
  }

  /** Closes all pools. */
  async close(): Promise<void> {
    await Promise.all(this.#pools.splice(0).map((pool) => pool.close()));
  }

  /** Removes the folder. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** Waits until `condition` returns true. @throws Error after 40 seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 40_000) throw new Error('The condition was not met within 40 seconds.');
    await sleep(20);
  }
}

/** Waits until a process other than `other` is in the middle of a job, and returns its id. */
export async function busyPid(pool: WorkerPool, other?: number): Promise<number> {
  const busy = () => pool.workers.find(({ isBusy, pid }) => isBusy && pid !== other)?.pid;
  await until(() => busy() !== undefined);
  await sleep(50);
  return busy() ?? 0;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
