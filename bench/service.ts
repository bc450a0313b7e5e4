import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
export const CACHE = join(import.meta.dirname, '.cache');
const BUCKET = 'imgstream-bench';
const START_TIMEOUT_MS = 120_000;
const READY_POLL_MS = 5;

const folders: string[] = [];
const running = new Set<ChildProcess>();

// Also cleans up after an aborted run, so that no services and no folders with gigabytes of data remain.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Creates a data folder for a service inside the temporary folder. It is deleted when this process exits. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imgstream-bench-'));
  folders.push(folder);
  return folder;
}

export interface ServiceOptions {
  dataDir: string;
  imageWorkers: number;
  profile: boolean;
  /** Additional environment variables. */
  env?: Record<string, string>;
}

/** The built service in a child process. */
export class Service {
  readonly url: string;
  /** Time from the start of the process until it was ready, in ms. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, startMs: number) {
    this.#child = child;
    this.url = url;
    this.startMs = startMs;
  }

  /**
   * Starts the service and waits until it is ready.
   * @throws Error if it exits or is not ready within 120 seconds
   */
  static async start({ dataDir, imageWorkers, profile, env }: ServiceOptions): Promise<Service> {
    const began = performance.now();
    const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${join(CACHE, 'profiles')}`] : [];
    const child = spawn(process.execPath, [...flags, 'dist/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATA_DIR: dataDir,
        AUTH_MODE: 'dev',
        RATE_LIMIT_PER_MINUTE: '0',
        IMAGE_WORKERS: String(imageWorkers),
        // The human-readable log of development slows down requests more than the JSON log of production.
        LOG_LEVEL: 'warn',
        ...env,
      },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const url = await urlOf(child);
    while (!(await isReady(url))) {
      if (performance.now() - began > START_TIMEOUT_MS)
        throw new Error(`The service was not ready within ${START_TIMEOUT_MS} ms.`);
      await delay(READY_POLL_MS);
    }
    return new Service(child, url, performance.now() - began);
  }

  /** Returns the memory of the service and its workers; null if there is no /proc. */
  memory(): Memory | null {
    return this.#child.pid === undefined ? null : memoryOf(this.#child.pid);
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }
}

/** Runs a service while `use` runs, then deletes its data folder. */
export async function withService<T>(
  options: Omit<ServiceOptions, 'dataDir'> & { dataDir?: string },
  use: (service: Service) => Promise<T>,
): Promise<T> {
  const dataDir = options.dataDir ?? (await freshFolder());
  try {
    const service = await Service.start({ ...options, dataDir });
    try {
      return await use(service);
    } finally {
      await service.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Runs two services at the same time: one that stores objects on disk, and one that stores them in a bucket. */
export async function withBoth<T>(
  options: Omit<ServiceOptions, 'dataDir' | 'env'>,
  use: (disk: Service, bucket: Service) => Promise<T>,
): Promise<T> {
  return withBucket((env) =>
    withService(options, (disk) => withService({ ...options, env }, (bucket) => use(disk, bucket))),
  );
}

/**
 * Runs the Cloud Storage server of the tests in a child process. `use` receives the environment variables for a
 * service.
 */
async function withBucket<T>(use: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = await freshFolder();
  const args = ['test/support/gcs/main.ts', '--folder', folder, '--port', '0', '--bucket', BUCKET];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  try {
    const [, url = '', keyFile = ''] = await waitForOutput(child, child.stdout, /: (http:\S+)\n.*: (\S+)\n/);
    return await use({
      STORAGE_URL: `gs://${BUCKET}`,
      STORAGE_EMULATOR_HOST: url,
      GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    });
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  const [, port] = await waitForOutput(child, child.stderr, /listens at http:\/\/[^\s]*:(\d+)/);
  return `http://127.0.0.1:${port}`;
}

/**
 * Waits until the output of a process matches a pattern.
 * @throws Error if the process exits first
 */
async function waitForOutput(
  child: ChildProcess,
  stream: Readable | null,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  let output = '';
  return new Promise((resolve, reject) => {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      const match = pattern.exec(output);
      if (match) resolve(match);
    });
    child.once('exit', () => reject(new Error(`The process exited during startup: ${output}`)));
  });
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`).catch(() => null);
  await response?.arrayBuffer();
  return response?.ok ?? false;
}

/** Memory of a process and all its descendants, in bytes. */
export interface Memory {
  /** A page shared by n processes counts as 1/n in each of them. Equals RSS if the kernel does not report PSS. */
  pss: number;
  rss: number;
}

/** Returns the memory of a process and all its descendants; null if there is no /proc. */
export function memoryOf(pid: number): Memory | null {
  if (!existsSync('/proc/self/status')) return null;
  const sum = { pss: 0, rss: 0 };
  for (const each of [pid, ...descendants(pid)]) {
    const rss = kilobytes(`/proc/${each}/status`, 'VmRSS') * 1024;
    const pss = kilobytes(`/proc/${each}/smaps_rollup`, 'Pss') * 1024;
    sum.rss += rss;
    sum.pss += pss || rss;
  }
  return sum;
}

function kilobytes(file: string, field: string): number {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0; // The process has exited in the meantime.
  }
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(`/proc/${name}/status`));
  }
  const found = [pid];
  for (const each of found) {
    for (const [child, parent] of parents) if (parent === each) found.push(child);
  }
  return found.slice(1);
}

function parentOf(file: string): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
